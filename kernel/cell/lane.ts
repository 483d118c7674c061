/** The thread of a lane in a cell: joins it to its pipe, which leads straight to the node. */
import { parentPort, workerData } from 'node:worker_threads';
import { LanePipe } from '#kernel/cell/lane-pipe.ts';
import { WorkerLane } from '#kernel/lane/worker-lane.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';

export interface CellLaneData {
  readonly fd: number;
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

const { fd, cacheDir } = workerData as CellLaneData;
const lane = new WorkerLane(cacheDir, (frame) => pipe.send(frame));
const pipe: LanePipe<Frame> = new LanePipe({
  fd,
  encode: writeFrame,
  received: (batch) => lane.receive(batch),
});
parentPort!.postMessage('loaded');
parentPort!.unref();
