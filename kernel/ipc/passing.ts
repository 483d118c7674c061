import { Reader } from '#posiv-wit/codec/reader.ts';
import type { Writer } from '#posiv-wit/codec/writer.ts';
import { readFrame, writeFrame, writePeerFrame, type Frame } from '#posiv-wit/generated/wire.ts';

/** The frames of ipc: they travel between vTasks and name both ends. */
export type IpcFrame = Extract<
  Frame,
  { tag: 'request' | 'message' | 'answer' | 'parked' | 'room' | 'withdraw' }
>;

/**
 * A frame as it came, with the bytes that it was read from. It has been read, and hence checked, whole; and since a value has
 * only one encoding, these bytes are what it would be written as, so it is passed on by a copy of them.
 */
type Passing = Frame & { encoded?: Uint8Array };

/** Whether a frame is one of ipc. */
export function isIpc(frame: Frame): frame is IpcFrame {
  switch (frame.tag) {
    case 'request':
    case 'message':
    case 'answer':
    case 'parked':
    case 'room':
    case 'withdraw':
      return true;
    default:
      return false;
  }
}

/**
 * Reads one frame, which keeps what it was read from if it is one that is passed on.
 * @param bytes what the reader reads
 * @throws {malformed-value}
 */
function readPassing(reader: Reader, bytes: Uint8Array): Frame {
  const start = bytes.length - reader.remaining;
  const frame: Passing = readFrame(reader);
  if (isIpc(frame)) frame.encoded = bytes.subarray(start, bytes.length - reader.remaining);
  return frame;
}

/**
 * The frames of one post, as `readPassing` gives them.
 * @throws {malformed-value} they are not frames
 */
export function* passingFramesOf(bytes: Uint8Array): Generator<Frame> {
  const reader = new Reader(bytes);
  while (reader.remaining > 0) yield readPassing(reader, bytes);
}

/** `writeFrame`, for frames of which some are only passed on. */
export function writePassing(writer: Writer, frame: Frame): void {
  const { encoded } = frame as Passing;
  if (encoded) writer.encoded(encoded);
  else writeFrame(writer, frame);
}

/** `writePeerFrame`, for frames of which some are only passed on. */
export function writePassingToPeer(writer: Writer, tenant: string, frame: Frame): void {
  const { encoded } = frame as Passing;
  if (!encoded) return writePeerFrame(writer, { tenant, frame });
  writer.string(tenant);
  writer.encoded(encoded);
}

/**
 * `readPeerFrame`, whose frame is as `readPassing` gives it.
 * @throws {malformed-value} they are not one frame
 */
export function readPassingFromPeer(bytes: Uint8Array): { tenant: string; frame: Frame } {
  const reader = new Reader(bytes);
  const tenant = reader.string();
  const frame = readPassing(reader, bytes);
  reader.end();
  return { tenant, frame };
}
