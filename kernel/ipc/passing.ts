import { LargeReturn, type Tail } from '#kernel/ipc/large-return.ts';
import { chainSize, mailSize } from '#kernel/lane/mail.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { readErrorCode } from '#posiv-wit/generated/kernel.ts';
import { readFrame, writeFrame, writePeerFrame, type Frame } from '#posiv-wit/generated/wire.ts';

/** The frames of ipc, which travel between vTasks and name both ends, by their tags on the wire. */
const IPC = ['request', 'message', 'answer', 'parked', 'room', 'withdraw'] as const;

type IpcTag = (typeof IPC)[number];
type IpcFrame = Extract<Frame, { tag: IpcTag }>;

/**
 * A frame of ipc on its way through a node. Only what a node looks at is made into values, but all of it has been checked as
 * `readFrame` would; and since a value has only one encoding, it is passed on by a copy of the bytes that came.
 */
export interface PassingFrame {
  readonly tag: IpcTag;
  /** Who says that it sends it: to be checked against where the frame came from. */
  readonly sender: string;
  readonly target: string;
  readonly id: number;
  /** Of a request or message: the bytes that it takes in a mailbox. */
  readonly size: number;
  /** The whole frame, in memory of whoever it came from. */
  readonly encoded: Uint8Array;
}

/** A frame of a node, which carries out or makes all but those of ipc. */
export type NodeFrame = PassingFrame | Exclude<Frame, { tag: IpcTag }>;

const writer = new Writer();

/** Whether a frame is one that a node only passes on. */
export function isPassing(frame: NodeFrame): frame is PassingFrame {
  return 'encoded' in frame;
}

/** Whether it is a message that its sender does not wait for an answer to. */
export function isUnanswered({ tag, id }: PassingFrame): boolean {
  return tag === 'message' && id === 0;
}

/** A frame that was made in this process: one of ipc as if it had come from elsewhere. */
export function passing(frame: IpcFrame): PassingFrame;
export function passing(frame: Frame): NodeFrame;
export function passing(frame: Frame): NodeFrame {
  if (!isIpc(frame)) return frame;
  writeFrame(writer.reset(), frame);
  const encoded = writer.take();
  return readPassing(new Reader(encoded), encoded);
}

/** All of a frame that was passed on, in memory of its own. */
export function wholeOf({ encoded }: PassingFrame): Frame {
  return readFrame(new Reader(encoded.slice()));
}

function isIpc(frame: Frame): frame is IpcFrame {
  return (IPC as readonly string[]).includes(frame.tag);
}

/**
 * Reads one frame.
 * @param bytes what the reader reads
 * @throws {malformed-value}
 */
function readPassing(reader: Reader, bytes: Uint8Array): NodeFrame {
  const start = bytes.length - reader.remaining;
  const tag = IPC[bytes[start]!];
  if (tag === undefined) return readFrame(reader) as Exclude<Frame, IpcFrame>;
  reader.u8();
  const first = reader.string();
  let [sender, target, id, size] = [first, first, 0, 0];
  switch (tag) {
    case 'request':
    case 'message':
      target = reader.string();
      id = reader.u32();
      size = mailSize(reader.string(), reader.skipBytes());
      reader.u32();
      if (tag === 'request') {
        const waiting = reader.count(1);
        for (let left = waiting; left > 0; left -= 1) reader.string();
        size += chainSize(waiting);
      }
      break;
    case 'withdraw':
      target = reader.string();
      id = reader.u32();
      break;
    default:
      id = reader.u32();
      sender = reader.string();
      if (tag !== 'answer') break;
      if (reader.tag(2) === 0) reader.skipBytes();
      else readErrorCode(reader);
  }
  return {
    tag,
    sender,
    target,
    id,
    size,
    encoded: bytes.subarray(start, bytes.length - reader.remaining),
  };
}

/**
 * The frames of one post.
 * @throws {malformed-value} they are not frames
 */
export function* passingFramesOf(bytes: Uint8Array): Generator<NodeFrame> {
  const reader = new Reader(bytes);
  while (reader.remaining > 0) yield readPassing(reader, bytes);
}

/** `writeFrame`, for frames that a node sends. */
export function writePassing(to: Writer, frame: NodeFrame): void {
  if (isPassing(frame)) to.encoded(frame.encoded);
  else writeFrame(to, frame);
}

/** `writePassing` to where bytes are taken from where they are. @returns those that have to follow, if there are any */
export function writeSplit(to: Writer, frame: NodeFrame): Tail | undefined {
  if (frame.tag === 'returned' && frame.val instanceof LargeReturn) return frame.val.takeTail(to);
  writePassing(to, frame);
  return undefined;
}

/** `writePeerFrame`, for frames that a node sends. */
export function writePassingToPeer(to: Writer, tenant: string, frame: NodeFrame): void {
  if (!isPassing(frame)) return writePeerFrame(to, { tenant, frame });
  to.string(tenant);
  to.encoded(frame.encoded);
}

/**
 * `readPeerFrame`, for frames that a node receives.
 * @throws {malformed-value} they are not one frame
 */
export function readPassingFromPeer(bytes: Uint8Array): { tenant: string; frame: NodeFrame } {
  const reader = new Reader(bytes);
  const tenant = reader.string();
  const frame = readPassing(reader, bytes);
  reader.end();
  return { tenant, frame };
}
