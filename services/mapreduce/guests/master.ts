// The vTask that a user starts for a MapReduce job: it cuts the inputs into splits, makes map and reduce vTasks over the
// nodes, gives them work, and binds their joined result to the output path. See ../README.md for `cmd` and its answers.
import { LATER, NEVER, VStarError, exit, log, print, registerRpc, reply, serve } from 'vstar';
import type { Caller } from 'vstar';
import { nodes } from 'vstar/cluster';
import { publish } from 'vstar/services';
import { blobs, files } from 'vstar/vstore';
import { JobError } from './errors.ts';
import { Job } from './job.ts';
import { parseJobSpec } from './job-spec.ts';
import type { JobSpec } from './job-spec.ts';
import { planSplits, splitSizeFor } from './split.ts';
import type { Input } from './split.ts';
import { systemCloud } from './system-cloud.ts';

/** What it tells of itself as a service. */
const SERVICE = {
  name: 'mapreduce-master',
  version: '0.1.0',
  interface: 'posiv:mapreduce/master-task@0.1.0',
};
/** How long the end is still told to whoever asked for progress before. */
const LINGER_MS = 5_000;

export function run(cmd: string[]): void {
  const spec = resolve(parseJobSpec(cmd));
  const cloud = systemCloud(spec.taskTimeoutMs || NEVER);
  const askers: Caller[] = [];
  const asked = { progress: false, result: false };
  const job = new Job(plan(spec), cloud);

  registerRpc('progress', () => {
    asked.progress = true;
    return job.progress();
  });
  registerRpc('result', (_, caller) => {
    asked.result = true;
    if (job.ended) return job.result();
    askers.push(caller);
    return LATER;
  });

  try {
    publish({ ...SERVICE, state: 'running' });
  } catch (error) {
    log('warn', `this job is not among the services: ${(error as Error).message}`); // it is done all the same
  }
  job.start();
  while (!job.ended) serve(NEVER);
  for (const { token } of askers) reply(token, job.result());
  report(job);
  while (serve(0)); // who has asked meanwhile
  while (asked.progress && !asked.result && serve(LINGER_MS));
  if (job.error) throw job.error;
  exit(0);
}

/**
 * The job with its images as blobs: all of it runs the same ones, and goes on without the nodes that keep their paths.
 * A result that could not be bound is found out before the work is done.
 */
function resolve(spec: JobSpec): JobSpec {
  try {
    files.stat(spec.output);
  } catch (error) {
    if (!(error instanceof VStarError && error.code === 'not-found')) throw error;
  }
  return { ...spec, mapper: files.stat(spec.mapper).blob, reducer: files.stat(spec.reducer).blob };
}

function plan(spec: JobSpec) {
  const inputs = spec.inputs.flatMap(inputsAt);
  const total = inputs.reduce((sum, { size }) => sum + size, 0);
  const reachable = nodes().filter(({ connected }) => connected);
  const slots = reachable.reduce((sum, { lanes }) => sum + (spec.tasksPerNode || lanes), 0);
  const splits = planSplits(inputs, splitSizeFor(spec, total, slots), ({ blob, size }) =>
    blobs.locate(blob, 0, size),
  );
  return { spec, splits, slots, reduces: spec.reduces || reachable.length };
}

function inputsAt(path: string): Input[] {
  const found = path.endsWith('/') ? files.list(path) : [files.stat(path)];
  if (found.length === 0) throw new JobError('bad-job', `inputs: no path begins with '${path}'`);
  return found.map(({ path: name, blob, size }) => ({ path: name, blob, size }));
}

function report(job: Job): void {
  const { output, size, keys, splitsTotal, bytesTotal, retries, elapsedMs } = job.result();
  const { maps, reduces } = countTasks(job);
  if (job.error) return log('error', job.error.message);
  print(
    `${bytesTotal} bytes in ${splitsTotal} splits, ${maps} maps, ${reduces} reduces, ${retries} retries: ` +
      `${keys} keys in ${size} bytes at ${output}, ${elapsedMs} ms`,
  );
}

function countTasks(job: Job): { maps: number; reduces: number } {
  const { tasks } = job.progress();
  const maps = tasks.filter(({ kind }) => kind === 'map').length;
  return { maps, reduces: tasks.length - maps };
}
