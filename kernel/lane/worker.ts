/** The thread of a lane: joins a `Lane` to its port and to the programs in the node's cache. */
import { parentPort, workerData } from 'node:worker_threads';
import { Lane } from '#kernel/lane/lane.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { ProgramCache } from '#wasm-abi/program-cache.ts';

export interface LaneData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

const { cacheDir } = workerData as LaneData;
const parent = parentPort!;
const programs = new ProgramCache({ cacheDir });

const port = new FramePort(
  { post: (bytes) => parent.postMessage(bytes, [bytes.buffer as ArrayBuffer]) },
  setImmediate, // one post a turn: whatever the vTasks do in it shares it
);

const lane = new Lane({
  clock: systemClock,
  send: (frame) => port.send(frame),
  load: async (init, host) => wasmBody(await programs.get(init.image), init, host),
});

parent.on('message', (bytes: Uint8Array) => {
  for (const frame of framesOf(bytes)) lane.receive(frame);
});
