import { noise } from '@chainsafe/libp2p-noise';
import type { ConnectionEncrypter, MessageStream, SecuredConnection } from '@libp2p/interface';

const LENGTH_BYTES = 2;
const MOST_JOINED_BYTES = 68 * 1024; // a whole message of noise, with its length; of more the copy would cost more
const TOO_SHORT = new RangeError('fewer bytes than a length has');

type MakeNoise = ReturnType<typeof noise>;

/** Noise without what makes short messages dear. The bytes on the wire are the same. */
export function leanNoise(): MakeNoise {
  const make = noise();
  return (components) => {
    const encrypter: ConnectionEncrypter = make(components);
    const secureInbound = encrypter.secureInbound.bind(encrypter);
    const secureOutbound = encrypter.secureOutbound.bind(encrypter);
    encrypter.secureInbound = async (connection, options) =>
      withoutErrors(await secureInbound(joined(connection), options));
    encrypter.secureOutbound = async (connection, options) =>
      withoutErrors(await secureOutbound(joined(connection), options));
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

/** What this module knows of noise's stream. */
interface NoiseStream {
  readonly decoder: {
    lengthDecoder: (bytes: { byteLength: number; get(index: number): number }) => number;
  };
}

/** After each message noise looks for the next, and is told by an error that there is none: the same one, not a new one. */
function withoutErrors<T>(secured: SecuredConnection<T>): SecuredConnection<T> {
  const { decoder } = secured.connection as unknown as NoiseStream;
  decoder.lengthDecoder = (bytes) => {
    if (bytes.byteLength < LENGTH_BYTES) throw TOO_SHORT;
    return bytes.get(0) * 256 + bytes.get(1);
  };
  return secured;
}
