/** The thread of a lane in a cell: joins it to its pipe, which leads straight to the node. */
import { parentPort, workerData } from 'node:worker_threads';
import { LanePipe } from '#kernel/cell/lane-pipe.ts';
import { WorkerLane, type WorkerLaneInit } from '#kernel/lane/worker-lane.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';

export interface CellLaneData extends WorkerLaneInit {
  readonly fd: number;
}

const { fd, ...init } = workerData as CellLaneData;
const lane = new WorkerLane(init, {
  send: (frame) => pipe.send(frame),
  flush: () => pipe.flush(),
  room: () => pipe.room(),
});
const pipe: LanePipe<Frame> = new LanePipe({
  fd,
  encode: writeFrame,
  received: (batch, spent) => lane.receive(batch, spent),
});
parentPort!.postMessage('loaded');
parentPort!.unref();
