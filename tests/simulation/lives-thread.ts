/** A thread that simulates one life after another, as it is told. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Plan } from './plan.ts';
import type { BugName } from './planted-bugs.ts';

// Else each thread would take the types out of all of the system's sources, and compile them, for as long as a life takes.
enableCompileCache(join(import.meta.dirname, '../../.cache/tests/compiled'));
const { simulate } = await import('./simulate.ts');
const { Programs } = await import('./world/programs.ts');

// Errors that answer a call are part of every life, and nobody reads where they were made: `--trace` runs without this.
Error.stackTraceLimit = 0;

const bug = workerData as BugName | undefined;
const programs = await Programs.build();
parentPort!.on('message', (plan: Plan) => {
  void simulate(plan, { programs, bug }).then((report) => parentPort!.postMessage(report));
});
