/** The thread of a lane in the node's own process: joins it to its port. */
import { parentPort, workerData } from 'node:worker_threads';
import { FramePort } from '#kernel/lane/port.ts';
import { WorkerLane, type WorkerLaneInit } from '#kernel/lane/worker-lane.ts';
import { writeFrame } from '#posiv-wit/generated/wire.ts';

/** Memory of at least this size goes back to the node once it has been read, to carry the next results. */
export const WORTH_RETURNING_BYTES = 64 << 10;

const init = workerData as WorkerLaneInit;
const parent = parentPort!;

const port = new FramePort(
  {
    post(bytes) {
      const own = bytes.slice();
      parent.postMessage(own, [own.buffer]);
    },
  },
  setImmediate, // one post a turn: whatever the vTasks do in it shares it
  writeFrame,
);

const lane = new WorkerLane(init, {
  send: (frame) => port.send(frame),
  flush: () => port.flush(),
});

parent.on('message', (bytes: Uint8Array<ArrayBuffer>) => {
  const { buffer } = bytes;
  void lane.receive(bytes, () => {
    if (buffer.byteLength >= WORTH_RETURNING_BYTES) parent.postMessage(buffer, [buffer]);
  });
});
