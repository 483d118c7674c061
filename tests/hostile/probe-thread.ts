/** The thread of a probe: asks, and takes the time. What its process does otherwise, as making images, does not count. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from 'cborg';
import { connectControl } from '#node/control/client.ts';
import { OpenLoop } from './open-loop.ts';
import type { ProbeInit, ProbeReport } from './probe.ts';

const EVERY_MS = 2;
/** A vTask that takes so long does not answer. */
const ANSWERS_WITHIN_MS = 20_000;

const { socket, token, vtid } = workerData as ProbeInit;
const parent = parentPort!;
const client = await connectControl({ socket, token });
const args = encode('are you there?');
const ending = new AbortController();

const loop = new OpenLoop({ ask, now: () => performance.now() });
const tell = (report: ProbeReport): void => parent.postMessage(report);

parent.on('message', (order: 'take' | 'end') => {
  if (order === 'end') ending.abort();
  else tell({ kind: 'samples', samples: loop.take() });
});

const out = new Set<Promise<void>>();
while (!ending.signal.aborted) {
  const one: Promise<void> = loop
    .due()
    .catch(fail)
    .finally(() => out.delete(one));
  out.add(one);
  await pause(EVERY_MS);
}
await Promise.all(out);
await client.close();
parent.close(); // else listening to it keeps this thread, and whoever waits for its end

async function ask(): Promise<void> {
  const answer = await client.ipc.rpc(vtid, 'do', ANSWERS_WITHIN_MS, args);
  if (!answer.ok) throw new Error(answer.error.tag);
}

/** Nobody is asked any more. */
function fail(error: unknown): void {
  ending.abort();
  tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
