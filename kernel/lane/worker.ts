/** The thread of a lane: joins a `Lane` to its port and to the programs in the node's cache. */
import { parentPort, workerData } from 'node:worker_threads';
import { Lane } from '#kernel/lane/lane.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { ProgramCache } from '#wasm-abi/program-cache.ts';

/** Memory of at least this size goes back to the node once it has been read, to carry the next results. */
export const WORTH_RETURNING_BYTES = 64 << 10;

export interface LaneData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

const { cacheDir } = workerData as LaneData;
const parent = parentPort!;
const programs = new ProgramCache({ cacheDir });

const port = new FramePort(
  {
    post(bytes) {
      const own = bytes.slice();
      parent.postMessage(own, [own.buffer]);
    },
  },
  setImmediate, // one post a turn: whatever the vTasks do in it shares it
);

const lane = new Lane({
  clock: systemClock,
  send: (frame) => port.send(frame),
  load: async (init, host) => wasmBody(await programs.get(init.image), init, host, systemRandom),
});

parent.on('message', (bytes: Uint8Array<ArrayBuffer>) => {
  let results = true;
  for (const frame of framesOf(bytes)) {
    results &&= frame.tag === 'returned';
    lane.receive(frame);
  }
  // A result has been copied into its guest by the end of this turn, while a message may stay in a mailbox for long.
  if (results && bytes.buffer.byteLength >= WORTH_RETURNING_BYTES)
    setImmediate(() => parent.postMessage(bytes.buffer, [bytes.buffer]));
});
