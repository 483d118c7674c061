import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { answer, describeEnd } from '../answer.ts';
import { JobFailedError } from '../errors.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';

// A bar that moves as one looks at it; the master answers in well under a millisecond.
const ASK_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 30_000; // the first answer waits for the master's start
const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster'];
/** Maps and reduces, each of which has one request to answer. */
const MOST_WORKERS = 4_096;

/** What the master is told; services/mapreduce/README.md has its defaults. */
export interface JobSpec {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly mapper: string;
  readonly reducer: string;
  readonly maps?: number;
  readonly reduces?: number;
  readonly splitSize?: number;
}

/** A map or reduce vTask, and what it has done. */
export interface JobTask {
  readonly vtid: string;
  readonly kind: 'map' | 'reduce';
  /** The id of the node that it is or was on. */
  readonly node: string;
  readonly state: 'idle' | 'busy' | 'finished' | 'lost';
  /** Splits or parts. */
  readonly done: number;
  readonly bytes: number;
}

export interface JobProgress {
  readonly phase: 'map' | 'reduce' | 'merge' | 'done' | 'failed';
  readonly splitsDone: number;
  readonly splitsTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly reducesDone: number;
  readonly reducesTotal: number;
  /** Splits and parts that were done again, because the vTask that had them was lost. */
  readonly retries: number;
  readonly elapsedMs: number;
  readonly error: string | null;
  readonly tasks: readonly JobTask[];
}

/**
 * Runs a MapReduce job: makes its master, and watches it until it has ended. The master and all that it made end with the
 * client's connection.
 * @returns the last progress, with every vTask that took part
 * @throws {job-failed} with the cause
 */
export async function runJob(
  client: PosivClient,
  master: string,
  spec: JobSpec,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: JobProgress) => void },
): Promise<JobProgress> {
  const options = {
    ...DEFAULT_OPTIONS,
    grants: GRANTS,
    quota: { ...DEFAULT_QUOTA, requests: MOST_WORKERS },
  };
  const what = 'the word count was not started';
  const cmd = [JSON.stringify(spec)];
  const vtid = await answer(what, client.vtask.new(undefined, master, cmd, options));
  // It has a mailbox already: a job that is over in no time answers this before it goes.
  let asked = ask(client, vtid, 'progress');
  asked.catch(() => {}); // it is waited for below
  await answer(what, client.vtask.sched(vtid));
  for (;;) {
    signal.throwIfAborted();
    const progress = (await asked) as JobProgress;
    onProgress(progress);
    if (progress.phase === 'failed')
      throw new JobFailedError(progress.error ?? 'it does not say why');
    if (progress.phase === 'done') {
      await ask(client, vtid, 'result');
      return progress;
    }
    await sleep(ASK_EVERY_MS, undefined, { signal });
    asked = ask(client, vtid, 'progress');
  }
}

async function ask(client: PosivClient, vtid: string, identity: string): Promise<unknown> {
  const reply = await client.ipc.rpc(vtid, identity, ANSWER_WITHIN_MS, encode({}));
  if (reply.ok) return decode(reply.value);
  const { reason } = await answer(vtid, client.vtask.info(vtid));
  if (reason) throw new JobFailedError(`its master ${describeEnd(reason)}`);
  return answer('the word count’s master does not answer', reply);
}
