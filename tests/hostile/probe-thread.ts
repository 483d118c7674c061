/** The thread of a probe: asks, and takes the time. What its process does otherwise, as making images, does not count. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from 'cborg';
import { connectControl } from '#node/control/client.ts';
import type { ProbeInit, ProbeReport } from './probe.ts';

const EVERY_MS = 2;
/** A vTask that takes so long does not answer. */
const ANSWERS_WITHIN_MS = 20_000;

const { socket, token, vtid } = workerData as ProbeInit;
const parent = parentPort!;
const client = await connectControl({ socket, token });
const args = encode('are you there?');
let samples: number[] = [];
const ending = new AbortController();

const tell = (report: ProbeReport): void => parent.postMessage(report);

parent.on('message', (order: 'take' | 'end') => {
  if (order === 'end') ending.abort();
  else {
    tell({ kind: 'samples', samples });
    samples = [];
  }
});

while (!ending.signal.aborted) {
  const since = performance.now();
  const answer = await client.ipc.rpc(vtid, 'do', ANSWERS_WITHIN_MS, args);
  samples.push(performance.now() - since);
  if (!answer.ok) {
    tell({ kind: 'failed', why: answer.error.tag });
    break;
  }
  await pause(EVERY_MS);
}
await client.close();
parent.close(); // else listening to it keeps this thread, and whoever waits for its end
