/** The process of a cell: starts and ends its lanes, which speak to the node over pipes of their own. */
import { getPriority, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { connectLanes } from '#kernel/cell/connect-lanes.ts';
import type { CellLaneData } from '#kernel/cell/lane.ts';
import { LanePipe } from '#kernel/cell/lane-pipe.ts';
import { CONTROL_FD, FIRST_LANE_FD, NICENESS } from '#kernel/cell/layout.ts';
import { Directory } from '#kernel/lane/directory.ts';
import { alarmMemory, setDeadline } from '#kernel/scheduler/alarm.ts';
import { Ticker } from '#kernel/scheduler/ticker.ts';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readCellOrder,
  writeCellReport,
  type CellOrder,
  type CellReport,
} from '#posiv-wit/generated/wire.ts';

const [program, cacheDir, lanes, lent] = process.argv.slice(2) as [string, string, string, string?];
const workers = new Map<number, Worker>();
const ticker = new Ticker(); // this thread computes nothing
const siblings = connectLanes(Number(lanes));
const alarms = new Set<WebAssembly.Memory>();
let deadlineMs = Infinity;

const control: LanePipe<CellReport> = new LanePipe({
  fd: CONTROL_FD,
  encode: writeCellReport,
  received(batch) {
    const reader = new Reader(batch);
    while (reader.remaining > 0) obey(readCellOrder(reader));
    return undefined;
  },
  // The node has gone, by whatever way: a cell does not outlive it, nor does a loop in one of its lanes.
  closed: () => process.exit(0),
});

function obey(order: CellOrder): void {
  switch (order.tag) {
    case 'start-lane':
      start(order.val);
      break;
    case 'end-lane':
      void workers.get(order.val)?.terminate();
      break;
    case 'ask-usage':
      void tellUsage(order.val);
      break;
    case 'act-until':
      deadlineMs = order.val === undefined ? Infinity : order.val / 1_000;
      for (const alarm of alarms) setDeadline(alarm, deadlineMs);
  }
}

/**
 * Never given any `execArgv`: a thread with its own would be out of the permission model. One that takes the place of another
 * speaks to the other lanes by way of the node.
 */
function start(lane: number): void {
  const alarm = alarmMemory();
  setDeadline(alarm, deadlineMs);
  alarms.add(alarm);
  ticker.add(alarm);
  const connected = siblings[lane];
  const fd = FIRST_LANE_FD + lane;
  const workerData: CellLaneData = {
    fd,
    cacheDir,
    lent,
    alarm,
    ...(connected && { siblings: connected }),
  };
  const transferList = connected?.ports.map(({ port }) => port) ?? [];
  const worker = new Worker(program, { workerData, transferList });
  let why = 'its thread ended';
  workers.set(lane, worker);
  worker.once('error', (error) => {
    why = `its thread failed: ${String(error)}`;
  });
  worker.once('exit', () => {
    ticker.remove(alarm);
    alarms.delete(alarm);
    workers.delete(lane);
    if (connected) new Directory(connected.directory, lane).clear();
    control.send({ tag: 'ended', val: { lane, why } });
  });
}

/** Always tells something: a cell that says nothing is ended. A thread that has only begun has used nothing. */
async function tellUsage(lane: number): Promise<void> {
  const used = await workers
    .get(lane)
    ?.cpuUsage()
    .catch(() => undefined);
  const microseconds = used ? Math.round(used.user + used.system) : 0;
  control.send({ tag: 'usage', val: { lane, microseconds } });
}

// Every thread that is made from now on has it too; the node gives it to those that are there already.
if (getPriority() < NICENESS) setPriority(NICENESS); // a node may have been started with less
prepareEngine();
for (let lane = 0; lane < Number(lanes); lane += 1) start(lane);
await Promise.all(
  [...workers.values()].map((worker) => new Promise((loaded) => worker.once('message', loaded))),
);
control.send({ tag: 'ready' });
