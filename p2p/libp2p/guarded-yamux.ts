import { yamux } from '@chainsafe/libp2p-yamux';
import { MuxerOverrunError } from '../errors.ts';
import type { Logger } from '../environment.ts';
import { straightOn } from './straight-on.ts';
import type { MessageStream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface';

const MIB = 1024 * 1024;
const STREAM_WINDOW_BYTES = 2 * MIB; // beyond it, pausing can kill a stream (notes on libp2p)
const READ_BUFFER_BYTES = 8 * MIB;
const MAX_STREAMS = 8; // a connection carries one, others are being refused
// yamux gathers a frame before it compares its length with the window, and the length may be 4 GiB.
const MAX_UNDECODED_BYTES = STREAM_WINDOW_BYTES + 256 * 1024;
// It answers pings without regard to whether the answers are taken.
const MAX_UNSENT_BYTES = MAX_STREAMS * STREAM_WINDOW_BYTES;

const ESTABLISHED = 3; // yamux's own number of the state in which an update carries no flags

type YamuxFactory = ReturnType<ReturnType<typeof yamux>>;

/** Yamux that holds no more memory for a hostile peer than for a good one, and throws at nobody. */
export function guardedYamux(logger: Logger): () => StreamMuxerFactory {
  const make = yamux({
    maxInboundStreams: MAX_STREAMS,
    maxOutboundStreams: MAX_STREAMS,
    streamOptions: {
      maxStreamWindowSize: STREAM_WINDOW_BYTES,
      maxReadBufferLength: READ_BUFFER_BYTES,
    },
  });
  return () => {
    const factory: YamuxFactory = make();
    const createStreamMuxer = factory.createStreamMuxer.bind(factory);
    factory.createStreamMuxer = (connection) =>
      guard(createStreamMuxer(connection), connection, logger);
    return factory;
  };
}

function guard<T extends StreamMuxer>(muxer: T, connection: MessageStream, logger: Logger): T {
  const { decoder } = muxer as unknown as { readonly decoder: FrameDecoder };
  const cutOff = (error: MuxerOverrunError): void => {
    logger.warn('cut off a peer', { code: error.code, reason: error.message });
    connection.abort(error);
  };
  connection.addEventListener('message', () => {
    const undecoded = decoder.buffer.byteLength;
    const unsent = connection.writeBufferLength;
    if (undecoded > MAX_UNDECODED_BYTES) {
      cutOff(new MuxerOverrunError('an unfinished muxer frame', undecoded, MAX_UNDECODED_BYTES));
    } else if (unsent > MAX_UNSENT_BYTES) {
      cutOff(new MuxerOverrunError('answers that it does not take', unsent, MAX_UNSENT_BYTES));
    }
  });
  // Its streams and pings send at any time, and to send on a connection that is gone throws where nobody catches.
  const sender = muxer as unknown as { send(data: Uint8Array): boolean };
  const send = sender.send.bind(muxer);
  sender.send = (data) => {
    try {
      return send(data);
    } catch {
      return false; // the close of the connection tells whoever must know
    }
  };
  const maker = muxer as unknown as Record<'_newStream', (...args: unknown[]) => WindowedStream>;
  const newStream = maker['_newStream'].bind(muxer);
  maker['_newStream'] = (...args) => straightOn(spareUpdates(newStream(...args)));
  readWhole(decoder);
  return muxer;
}

/** What this module knows of yamux's streams. */
interface WindowedStream extends MessageStream {
  readonly state: number;
  readonly recvWindow: number;
  readonly recvWindowCapacity: number;
  sendWindowUpdate(): void;
}

/**
 * Yamux answers every frame of data with a window update, which costs as much as the data where messages are short: a fifth
 * of a node's time. While more than half of the window is left, the sender does not need one.
 */
function spareUpdates(stream: WindowedStream): WindowedStream {
  const send = stream.sendWindowUpdate.bind(stream);
  stream.sendWindowUpdate = () => {
    const { state, recvWindow, recvWindowCapacity } = stream;
    if (state === ESTABLISHED && recvWindowCapacity > recvWindow / 2) return;
    send();
  };
  return stream;
}

const HEADER_BYTES = 12;
const VERSION = 0;
const DATA = 0; // the type of a frame that has a body

type List = Exclude<Parameters<MessageStream['send']>[0], Uint8Array>;

interface YamuxFrame {
  readonly header: {
    readonly type: number;
    readonly flag: number;
    readonly streamID: number;
    readonly length: number;
  };
  readonly data?: Uint8Array | List;
}

/** What this module knows of yamux's decoder. */
interface FrameDecoder {
  readonly buffer: { readonly byteLength: number };
  emitFrames(bytes: Uint8Array | List): Iterable<YamuxFrame>;
}

/** Has it read frames that came as a whole from where they are. Of anything else it makes what it did. */
function readWhole(decoder: FrameDecoder): void {
  const emitFrames = decoder.emitFrames.bind(decoder);
  decoder.emitFrames = (bytes) => {
    if (!(bytes instanceof Uint8Array) || decoder.buffer.byteLength > 0) return emitFrames(bytes);
    const frames: YamuxFrame[] = [];
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length && bytes[at] === VERSION) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
      const type = view.getUint8(1);
      const length = view.getUint32(8);
      const start = at + HEADER_BYTES;
      const end = type === DATA ? start + length : start;
      if (end > bytes.length) break;
      const header = { type, flag: view.getUint16(2), streamID: view.getUint32(4), length };
      frames.push(type === DATA ? { header, data: bytes.subarray(start, end) } : { header });
      at = end;
    }
    if (at < bytes.length) frames.push(...emitFrames(bytes.subarray(at)));
    return frames;
  };
}
