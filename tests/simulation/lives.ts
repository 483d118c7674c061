import { Worker } from 'node:worker_threads';
import type { Plan } from './plan.ts';
import type { BugName } from './planted-bugs.ts';
import type { Report } from './simulate.ts';

const THREAD = new URL('lives-thread.ts', import.meta.url);

export interface LivesInit {
  readonly plans: Iterator<Plan>;
  /** Threads that simulate one life each at a time. */
  readonly jobs: number;
  readonly bug: BugName | undefined;
  /** Told of each life as it is over. @returns whether others are to be begun */
  readonly over: (plan: Plan, report: Report) => boolean;
}

/** Simulates lives on several threads. Which thread has which, and when, makes no difference to any of them. */
export async function simulateAll({ plans, jobs, bug, over }: LivesInit): Promise<void> {
  let goOn = true;
  const next = (): Plan | undefined => {
    const { done, value } = goOn ? plans.next() : { done: true, value: undefined };
    return done === true ? undefined : value;
  };
  const work = async (): Promise<void> => {
    let plan = next();
    if (plan === undefined) return;
    const worker = new Worker(THREAD, { workerData: bug });
    try {
      for (; plan !== undefined; plan = next()) {
        const report = await lifeOf(worker, plan);
        if (!over(plan, report)) goOn = false;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function lifeOf(worker: Worker, plan: Plan): Promise<Report> {
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(plan);
  return promise.finally(() => worker.off('error', reject));
}
