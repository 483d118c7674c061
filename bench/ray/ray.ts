import { fileURLToPath } from 'node:url';
import { whereInstalled } from '../installed.ts';
import { figuresFrom, run, type System } from '../rpc/system.ts';

const PYTHON = fileURLToPath(new URL('.venv/bin/python', import.meta.url));
const PROGRAM = fileURLToPath(new URL('ray_bench.py', import.meta.url));
const INSTALL =
  'python3 -m venv bench/ray/.venv && bench/ray/.venv/bin/pip install -r bench/ray/requirements.txt';
const TASKS = 2_000;
const ACTORS = 5;

/** A driver that calls an actor in a process of its own. */
export const rayActors: System = {
  name: 'Ray, driver and actor',
  install: INSTALL,
  measure: ({ warmup, samples, batch, requests, inFlight }) =>
    whereInstalled(async () => {
      const words = await figuresOf('rpc', [warmup, samples, batch, requests, inFlight]);
      return { version: words.at(-1)!, figures: figuresFrom(words.map(Number)) };
    }),
};

export const RAY_TASK = { name: 'a Ray task', install: INSTALL };
export const RAY_ACTOR = { name: 'a Ray actor', install: INSTALL };

/** Microseconds from the start of a task to its result, with so many at a time, in processes that are there. */
export function rayTask(atOnce: number): Promise<number | undefined> {
  return whereInstalled(async () => Number((await figuresOf('spawn', [TASKS, atOnce]))[0]));
}

/** Microseconds until an actor, which has a process to itself, has been made and has answered. */
export function rayActor(): Promise<number | undefined> {
  return whereInstalled(async () => Number((await figuresOf('actor', [ACTORS]))[0]));
}

async function figuresOf(what: string, numbers: readonly number[]): Promise<readonly string[]> {
  const { stdout } = await run(PYTHON, [PROGRAM, what, ...numbers.map(String)], {
    env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' },
  });
  // Ray has something to say of its own, before and after.
  const figures = stdout.split('\n').findLast((line) => /^\d/.test(line));
  if (figures === undefined) throw new Error(`Ray has given no figures, but: ${stdout.trim()}`);
  return figures.split(' ');
}
