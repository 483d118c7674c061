import { JobError } from './errors.ts';

/** What the user asks for. */
export interface JobSpec {
  /** Paths of vStore; one that ends with `/` stands for every path that begins with it. */
  inputs: string[];
  output: string;
  /** Paths of the images. */
  mapper: string;
  reducer: string;
  /** In bytes. Default 0: eight splits for each map vTask that runs at a time, of 1, 2, 4, 8 or 16 MiB. */
  splitSize: number;
  /** Map vTasks to be made at least. Default 0: as many as run at a time. */
  maps: number;
  /** Reduce vTasks, and parts that keys are spread over; 1 to 4096. Default 0: one for each node. */
  reduces: number;
  /** Map or reduce vTasks that run on one node at a time. Default 0: one for each of its lanes. */
  tasksPerNode: number;
  /** Bytes of a map vTask's table before it spills. Default 64 MiB. */
  budget: number;
  /** Milliseconds for one request, a split or a part; 0 for no limit. Default 10 minutes, as Hadoop's tasks have. */
  taskTimeoutMs: number;
}

const DEFAULTS: JobSpec = {
  inputs: [],
  output: '',
  mapper: '/images/wordcount-map',
  reducer: '/images/wordcount-reduce',
  splitSize: 0,
  maps: 0,
  reduces: 0,
  tasksPerNode: 0,
  budget: 64 << 20,
  taskTimeoutMs: 600_000,
};

const MOST: Partial<Record<keyof JobSpec, number>> = {
  maps: 10_000,
  reduces: 4_096,
  tasksPerNode: 64,
  taskTimeoutMs: 0xffff_fffe,
};
const LEAST: Partial<Record<keyof JobSpec, number>> = { budget: 1_024 };

/**
 * Reads a job from `cmd`: one JSON object, or flags such as `--inputs /a --inputs /b --split-size 16M`.
 * @throws {bad-job}
 */
export function parseJobSpec(cmd: readonly string[]): JobSpec {
  const fields = cmd[0]?.startsWith('{') ? parseJson(cmd[0]) : parseFlags(cmd);
  const spec = { ...DEFAULTS, ...fields };
  if (spec.inputs.length === 0) throw bad('inputs: name at least one path of vStore');
  if (!spec.output.startsWith('/')) throw bad(`output: '${spec.output}' is no path of vStore`);
  return spec;
}

function parseJson(text: string): Partial<JobSpec> {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw bad(`the job is no JSON: ${String(error)}`);
  }
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, field(name, value)]),
  );
}

function parseFlags(cmd: readonly string[]): Partial<JobSpec> {
  const fields: Record<string, unknown> = {};
  const inputs: string[] = [];
  for (let at = 0; at < cmd.length; at += 2) {
    const flag = cmd[at] ?? '';
    const value = cmd[at + 1];
    if (!flag.startsWith('--') || value === undefined)
      throw bad(`'${flag}' is no flag with a value`);
    const name = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (name === 'input' || name === 'inputs') inputs.push(...value.split(','));
    else fields[name] = field(name, value);
  }
  return { ...fields, inputs };
}

function field(name: string, value: unknown): unknown {
  const expected: unknown = DEFAULTS[name as keyof JobSpec];
  if (expected === undefined) throw bad(`'${name}' is no field of a job`);
  if (typeof expected === 'number') return count(name as keyof JobSpec, value);
  const fits = Array.isArray(expected)
    ? Array.isArray(value) && value.every((each) => typeof each === 'string')
    : typeof value === 'string';
  if (!fits) throw bad(`${name}: ${JSON.stringify(value)} has the wrong type`);
  return value;
}

const UNITS: Record<string, number> = { K: 1 << 10, M: 1 << 20, G: 1 << 30 };

function count(name: keyof JobSpec, value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const [, digits, unit = ''] = /^(\d+)([KMG]?)(?:iB)?$/.exec(text) ?? [];
  const number = digits === undefined ? NaN : Number(digits) * (UNITS[unit] ?? 1);
  const least = LEAST[name] ?? 0;
  const most = MOST[name] ?? Number.MAX_SAFE_INTEGER;
  if (!(number >= least && number <= most))
    throw bad(`${name}: ${JSON.stringify(value)} is not a number from ${least} to ${most}`);
  return number;
}

function bad(message: string): JobError {
  return new JobError('bad-job', message);
}
