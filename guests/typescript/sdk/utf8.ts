// QuickJS has no TextEncoder and no TextDecoder. Anything malformed becomes U+FFFD, as the Encoding Standard says.

const REPLACEMENT = 0xfffd;
/** `String.fromCharCode` takes its characters as arguments, and a stack holds only so many. */
const ARGUMENTS = 4_096;
const NOT_ASCII = /[\u0080-\uffff]/;

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      code = text.codePointAt(i) ?? REPLACEMENT;
      if (code >= 0x10000) i += 1;
      else code = REPLACEMENT;
    }
    if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
    else if (code < 0x10000) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
    } else {
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 63);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
    }
    bytes[at++] = 0x80 | (code & 63);
  }
  return bytes.slice(0, at);
}

/** The text of UTF-8 bytes. */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const some = bytes.subarray(at, at + ARGUMENTS);
    // The engine does this by itself, far more quickly than an interpreter does it byte by byte.
    const latin = Reflect.apply(String.fromCharCode, undefined, some as unknown as number[]);
    if (NOT_ASCII.test(latin)) {
      const units: number[] = [];
      for (const end = at + some.length; at < end;) at += decodeOne(bytes, at, units);
      text += String.fromCharCode(...units);
    } else {
      text += latin;
      at += some.length;
    }
  }
  return text;
}

/** @param units to which those of the character are added @returns how many bytes it takes */
function decodeOne(bytes: Uint8Array, at: number, units: number[]): number {
  const { code, size } = codePointAt(bytes, at);
  if (code < 0x10000) units.push(code);
  else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 1023));
  return size;
}

/** What a first byte allows: how many bytes follow, its own bits, and the range of the second byte (Unicode, table 3-7). */
function lead(byte: number): { follow: number; bits: number; low: number; high: number } {
  if (byte >= 0xc2 && byte < 0xe0) return { follow: 1, bits: byte & 31, low: 0x80, high: 0xbf };
  if (byte >= 0xe0 && byte < 0xf0)
    return {
      follow: 2,
      bits: byte & 15,
      low: byte === 0xe0 ? 0xa0 : 0x80,
      high: byte === 0xed ? 0x9f : 0xbf,
    };
  if (byte >= 0xf0 && byte < 0xf5)
    return {
      follow: 3,
      bits: byte & 7,
      low: byte === 0xf0 ? 0x90 : 0x80,
      high: byte === 0xf4 ? 0x8f : 0xbf,
    };
  return { follow: 0, bits: REPLACEMENT, low: 0, high: 0 };
}

function codePointAt(bytes: Uint8Array, at: number): { code: number; size: number } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { code: first, size: 1 };
  const { follow, bits, low, high } = lead(first);
  let code = bits;
  for (let i = 1; i <= follow; i++) {
    const next = bytes[at + i] ?? 0;
    if (next < (i === 1 ? low : 0x80) || next > (i === 1 ? high : 0xbf))
      return { code: REPLACEMENT, size: i };
    code = (code << 6) | (next & 63);
  }
  return { code, size: follow + 1 };
}
