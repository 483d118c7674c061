/** The thread of a lane: joins a `Lane` to its port and to the programs in the node's cache. */
import { parentPort, workerData } from 'node:worker_threads';
import { Lane } from '#kernel/lane/lane.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { loadProgram, type Program } from '#wasm-abi/load.ts';

export interface LaneData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

const { cacheDir } = workerData as LaneData;
const parent = parentPort!;
const programs = new Map<string, Promise<Program>>();

const port = new FramePort(
  { post: (bytes) => parent.postMessage(bytes, [bytes.buffer as ArrayBuffer]) },
  queueMicrotask,
);

const lane = new Lane({
  clock: systemClock,
  send: (frame) => port.send(frame),
  async load(start, host) {
    let program = programs.get(start.image);
    if (!program) {
      program = loadProgram(cacheDir, start.image);
      programs.set(start.image, program);
      program.catch(() => programs.delete(start.image));
    }
    return wasmBody(await program, start, host);
  },
});

parent.on('message', (bytes: Uint8Array) => {
  for (const frame of framesOf(bytes)) lane.receive(frame);
});
