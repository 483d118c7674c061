// The process of one build: takes a job, tells its result, and ends.
import { flagAsWithLanes } from '../engine-flags.ts';
import type { BuildJob, BuildMessage, BuildResults, WireError } from './jobs.ts';

function tell(message: BuildMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

// Each step imports its own tools, which take up to half a second to load.
async function carryOut(job: BuildJob): Promise<BuildResults[BuildJob['step']]> {
  if (job.step === 'prepare') {
    flagAsWithLanes(); // lanes take over what is compiled here
    return (await import('./transpile.ts')).prepareEntry(job.image, job.mode);
  }
  if (job.step === 'bundle') return (await import('./bundle-typescript.ts')).bundleTypescript(job);
  if (job.step === 'bundle-own') {
    flagAsWithLanes();
    return (await import('./bundle-own.ts')).bundleOwn(job);
  }
  if (job.step === 'compile') return (await import('./compile-c.ts')).compileC(job);
  return (await import('./componentize-typescript.ts')).componentizeTypescript(job);
}

function toWire(error: unknown): WireError {
  if (!(error instanceof Error))
    return { code: '', name: 'Error', message: String(error), fields: {} };
  const { code, ...fields } = error as Error & { code?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    name: error.name,
    message: error.message,
    fields,
  };
}

// Nobody waits for it any more.
process.once('disconnect', () => process.exit());

process.once('message', (job: BuildJob) => {
  carryOut(job)
    .then((result) => tell({ kind: 'done', result }))
    .catch((error: unknown) => tell({ kind: 'failed', error: toWire(error) }))
    .finally(() => process.disconnect?.());
});
