import { noise } from '@chainsafe/libp2p-noise';
import { straightOn } from './straight-on.ts';
import type { ConnectionEncrypter, MessageStream, SecuredConnection } from '@libp2p/interface';

const LENGTH_BYTES = 2;
const TOO_SHORT = new RangeError('fewer bytes than a length has');
const TAG_BYTES = 16; // of ChaCha20-Poly1305
const MOST_JOINED_BYTES = 68 * 1024; // a whole message of noise, with its length; of more the copy would cost more

type MakeNoise = ReturnType<typeof noise>;

/** Noise without what makes short messages dear. The bytes on the wire are the same. */
export function leanNoise(): MakeNoise {
  const make = noise();
  return (components) => {
    const encrypter: ConnectionEncrypter = make(components);
    const secureInbound = encrypter.secureInbound.bind(encrypter);
    const secureOutbound = encrypter.secureOutbound.bind(encrypter);
    encrypter.secureInbound = async (connection, options) =>
      lean(await secureInbound(joined(straightOn(connection)), options));
    encrypter.secureOutbound = async (connection, options) =>
      lean(await secureOutbound(joined(straightOn(connection)), options));
    return encrypter as ReturnType<MakeNoise>;
  };
}

/**
 * Gives the socket each message in one piece. Noise makes four (the length, yamux's header, the data, the tag), each of which
 * would be a write, a packet, and a read that wakes the peer.
 */
function joined(connection: MessageStream): MessageStream {
  const send = connection.send.bind(connection);
  connection.send = (data) => send(data.byteLength <= MOST_JOINED_BYTES ? data.subarray() : data);
  return connection;
}

type List = Exclude<Parameters<MessageStream['send']>[0], Uint8Array>;

/** What this module knows of noise's stream. */
interface NoiseStream {
  readonly decoder: {
    readonly buffer: { readonly byteLength: number };
    lengthDecoder: (bytes: { byteLength: number; get(index: number): number }) => number;
    decode(bytes: Uint8Array | List): Iterable<Uint8Array | List>;
  };
  readonly handshake: { decrypt(bytes: Uint8Array, into: Uint8Array): Uint8Array | List };
  decrypt(bytes: Uint8Array | List): Uint8Array | List;
}

function lean<T>(secured: SecuredConnection<T>): SecuredConnection<T> {
  const stream = secured.connection as unknown as NoiseStream;
  const { decoder, handshake } = stream;
  // After each message noise looks for the next, and is told by an error that there is none: the same one, not a new one.
  decoder.lengthDecoder = (bytes) => {
    if (bytes.byteLength < LENGTH_BYTES) throw TOO_SHORT;
    return bytes.get(0) * 256 + bytes.get(1);
  };
  const decode = decoder.decode.bind(decoder);
  decoder.decode = (bytes) =>
    bytes instanceof Uint8Array && decoder.buffer.byteLength === 0
      ? wholeMessages(bytes, decode)
      : decode(bytes);
  const decrypt = stream.decrypt.bind(stream);
  stream.decrypt = (message) => {
    const { byteLength } = message;
    if (!(message instanceof Uint8Array) || byteLength < TAG_BYTES) return decrypt(message);
    return handshake.decrypt(message, message.subarray(0, byteLength - TAG_BYTES)); // in place, as noise does it
  };
  straightOn(secured.connection);
  return secured;
}

/** The messages that lie in what came as a whole, and what `decode`, which gets the rest, makes of that. */
function wholeMessages<T>(
  bytes: Uint8Array,
  decode: (rest: Uint8Array) => Iterable<T>,
): Iterable<Uint8Array | T> {
  const messages: (Uint8Array | T)[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length) {
    const start = at + LENGTH_BYTES;
    const end = start + bytes[at]! * 256 + bytes[at + 1]!;
    if (end > bytes.length) break;
    if (end > start) messages.push(bytes.subarray(start, end));
    at = end;
  }
  if (at < bytes.length) messages.push(...decode(bytes.subarray(at)));
  return messages;
}
