// What cborg expects of its surroundings and QuickJS has not. To be imported before anything that needs it.
import { utf8Decode, utf8Encode } from './utf8.ts';

class Encoder {
  encode(text: string): Uint8Array {
    return utf8Encode(text);
  }
}

class Decoder {
  decode(bytes: Uint8Array): string {
    return utf8Decode(bytes);
  }
}

const scope = globalThis as { TextEncoder?: unknown; TextDecoder?: unknown };
scope.TextEncoder ??= Encoder;
scope.TextDecoder ??= Decoder;
