import type { GuestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { trap } from '#posiv-wit/abi/trap.ts';
import {
  answers,
  waits,
  type WasiAbi,
  type WasiFunction,
  type WasiInstance,
  type WasiInterface,
} from './interface.ts';
import { OutputStream } from './output.ts';
import { Pollable, untilReady } from './pollable.ts';

/** What `blocking-write-and-flush` takes at most, as its WIT says. */
const MAX_BLOCKING_BYTES = 4_096;

/** A stream without data, whose other end is closed: all that a vTask has for standard input. */
export class InputStream {
  readonly kind = 'input-stream';
}

// Results, as they lie in memory. Of `stream-error` only `closed` is ever given.
const STREAM_ERROR_CLOSED = 1;

/** `result<list<u8>, stream-error>` and `result<_, stream-error>`: 12 bytes; `result<u64, stream-error>`: 16. */
function putClosed(memory: GuestMemory, out: number, isU64: boolean): void {
  const at = isU64 ? memory.at(out, 16, 8) : memory.at(out, 12, 4);
  memory.view.setUint8(at, 1);
  memory.view.setUint8(at + (isU64 ? 8 : 4), STREAM_ERROR_CLOSED);
}

function putDone(memory: GuestMemory, out: number): void {
  memory.view.setUint8(memory.at(out, 12, 4), 0);
}

/** Reading of any kind: the stream is at its end. */
function ended(isU64: boolean): WasiFunction {
  return answers((_, { memory, handles }) => (self: number, __: bigint, out: number) => {
    memory.enter();
    handles.get(self, InputStream);
    putClosed(memory, out, isU64);
  });
}

function splices(): WasiFunction {
  return answers(
    (_, { memory, handles }) =>
      (self: number, source: number, __: bigint, out: number) => {
        memory.enter();
        handles.get(self, OutputStream);
        handles.get(source, InputStream);
        putClosed(memory, out, true);
      },
  );
}

/** What a guest writes, once it is known how many bytes it may. */
type Take = (limit: number) => Uint8Array;

/** More than the guest was permitted traps, as the WIT has it. */
function write({ memory, handles }: WasiAbi, self: number, out: number, take: Take): void {
  memory.enter();
  const { output, channel } = handles.get(self, OutputStream);
  const bytes = take(output.permit);
  if (bytes.length > 0) output.write(channel, bytes);
  putDone(memory, out);
}

/** Writes once there is room, and waits until what was written is taken. */
function writeAndFlush(
  { sources }: WasiInstance,
  { memory, handles }: WasiAbi,
  self: number,
  out: number,
  take: Take,
): void | Promise<void> {
  memory.enter();
  const { output, channel } = handles.get(self, OutputStream);
  const bytes = take(MAX_BLOCKING_BYTES);
  const room = [Pollable.roomIn(output)];
  const finish = (): void => {
    memory.enter();
    putDone(memory, out);
  };
  const put = (): void | Promise<void> => {
    output.write(channel, bytes);
    return output.permit > 0 ? finish() : untilReady(sources, room).then(finish);
  };
  return output.permit > 0 ? put() : untilReady(sources, room).then(put);
}

function contents(memory: GuestMemory, limit: number, pointer: number, length: number): Uint8Array {
  checkLimit(length >>> 0, limit);
  return memory.copy(pointer, length);
}

function zeroes(limit: number, length: bigint): Uint8Array {
  checkLimit(Number(BigInt.asUintN(64, length)), limit);
  return new Uint8Array(Number(length));
}

function checkLimit(length: number, limit: number): void {
  if (length > limit) trap(`a write of ${length} bytes where ${limit} are permitted`);
}

function subscribes(
  kind: typeof InputStream | typeof OutputStream,
  make: (stream: InputStream | OutputStream) => Pollable,
): WasiFunction {
  return answers((_: WasiInstance, { handles }: WasiAbi) => (self: number) => {
    const stream = handles.get<InputStream | OutputStream>(self, kind);
    return handles.open(make(stream), { handle: self, thing: stream });
  });
}

export const STREAMS: WasiInterface = {
  name: 'wasi:io/streams',
  resources: ['input-stream', 'output-stream'],
  functions: {
    '[method]input-stream.read': ended(false),
    '[method]input-stream.blocking-read': ended(false),
    '[method]input-stream.skip': ended(true),
    '[method]input-stream.blocking-skip': ended(true),
    '[method]input-stream.subscribe': subscribes(InputStream, () => Pollable.ready()),

    '[method]output-stream.check-write': answers(
      (_, { memory, handles }) =>
        (self: number, out: number) => {
          memory.enter();
          const { output } = handles.get(self, OutputStream);
          const at = memory.at(out, 16, 8);
          memory.view.setUint8(at, 0);
          memory.view.setBigUint64(at + 8, BigInt(output.permit), true);
        },
    ),
    '[method]output-stream.write': answers(
      (_, abi) => (self: number, pointer: number, length: number, out: number) =>
        write(abi, self, out, (limit) => contents(abi.memory, limit, pointer, length)),
    ),
    '[method]output-stream.write-zeroes': answers(
      (_, abi) => (self: number, length: bigint, out: number) =>
        write(abi, self, out, (limit) => zeroes(limit, length)),
    ),
    '[method]output-stream.blocking-write-and-flush': waits(
      (wasi, abi) => (self: number, pointer: number, length: number, out: number) =>
        writeAndFlush(wasi, abi, self, out, (limit) =>
          contents(abi.memory, limit, pointer, length),
        ),
    ),
    '[method]output-stream.blocking-write-zeroes-and-flush': waits(
      (wasi, abi) => (self: number, length: bigint, out: number) =>
        writeAndFlush(wasi, abi, self, out, (limit) => zeroes(limit, length)),
    ),
    '[method]output-stream.flush': answers(
      (_, { memory, handles }) =>
        (self: number, out: number) => {
          memory.enter();
          handles.get(self, OutputStream);
          putDone(memory, out);
        },
    ),
    '[method]output-stream.blocking-flush': waits(
      ({ sources }, { memory, handles }) =>
        (self: number, out: number) => {
          memory.enter();
          const { output } = handles.get(self, OutputStream);
          const finish = (): void => {
            memory.enter();
            putDone(memory, out);
          };
          if (output.permit > 0) return finish();
          return untilReady(sources, [Pollable.roomIn(output)]).then(finish);
        },
    ),
    '[method]output-stream.subscribe': subscribes(OutputStream, (stream) =>
      Pollable.roomIn((stream as OutputStream).output),
    ),
    '[method]output-stream.splice': splices(),
    '[method]output-stream.blocking-splice': splices(),
  },
};
