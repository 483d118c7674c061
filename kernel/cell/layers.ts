import { execFile, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import type { CellCommand } from '#kernel/cell/cell-process.ts';
import { NotConfinedError } from '#kernel/cell/errors.ts';
import { findTool } from '#kernel/cell/find-tool.ts';
import { systemFolders } from '#kernel/cell/system-folders.ts';
import type { KnownWalls } from '#kernel/cell/known-walls.ts';
import { LOWEST_NICENESS, TOP_NICENESS } from '#kernel/cell/layout.ts';
import { STEP_BYTES } from '#wasm-abi/bind/discard.ts';

type Words = CellCommand['words'];

/** One of the walls between a cell and the machine. */
export interface Layer {
  readonly name:
    | 'permission'
    | 'privileges'
    | 'limits'
    | 'bubblewrap'
    | 'weights'
    | 'cgroup'
    | `cgroup-${string}`;
  /** What it keeps a cell from. */
  readonly stops: string;
  readonly on: boolean;
  /** Why it is not on, as the machine said. */
  readonly why: string | undefined;
}

/** The walls that this machine can build. */
export interface Layers {
  readonly all: readonly Layer[];
  /** Wraps what is on around the program of a cell, which may read these too. */
  wrap(words: Words, reads?: readonly string[]): Words;
}

/** @param inside whether bubblewrap is inside of it */
type Candidate = (inside: boolean) => {
  readonly name: Layer['name'];
  readonly stops: string;
  readonly tool: string;
  readonly args: readonly string[];
};

const TRIED_WITHIN_MS = 10_000;
const OPEN_FILES = 512; // a lane has about ten, its pipe included
// What V8 and Node set aside in a process without any vTask is 1.1 GB, of which they use 60 MB.
export const OWN_BYTES = 4 * 1024 ** 3;

export interface LayersInit {
  /** What a cell may read. */
  readonly reads: readonly string[];
  /** Bytes of memory that the vTasks of the node may hold. */
  readonly memoryLimit: number;
  /** Where the tools are looked for, as PATH has it. */
  readonly path: string;
  /** Whether tenants have their weights by cgroups: then niceness is no matter. */
  readonly weighed?: boolean;
  /** What was found out before; without it all is tried. */
  readonly known?: Known;
}

type Known = Pick<KnownWalls, 'whyNot'>;

const NOTHING_KNOWN: Known = { whyNot: (_trial, tryOut) => tryOut() };

/**
 * Finds out which walls stand, by building them one around the other around a process that tries to get out: that a tool is
 * there says little, for containers forbid what it needs. That all of them do may be known; what is missing is tried each time.
 * @throws {not-confined} Node's permission model has no effect
 */
export async function findLayers(init: LayersInit): Promise<Layers> {
  const { reads, memoryLimit, path, weighed = false, known = NOTHING_KNOWN } = init;
  const weighing = weighed ? WEIGHED : await weights(known);
  const candidates = [bubblewrap(reads), privileges(), limits(memoryLimit)];
  // Mostly all of them stand, and one process is enough to see it; which of them does not takes one for each.
  const { layers, on } = (await allOf(candidates, path, known)) ?? (await eachOf(candidates, path));
  if (on.length === 0) {
    const why = await run(PROBE);
    if (why !== undefined) throw new NotConfinedError(why);
  }
  const permission = 'files, sockets and processes, by Node itself';
  return {
    all: [{ name: 'permission', stops: permission, on: true, why: undefined }, ...layers, weighing],
    wrap: (words, more = []) => [...withBinds(on, more), ...words] as unknown as Words,
  };
}

interface Walls {
  readonly layers: readonly Layer[];
  /** The words that build those that stand. */
  readonly on: readonly string[];
}

/** All of them around one process; undefined where that does not do. */
async function allOf(
  candidates: readonly Candidate[],
  path: string,
  known: Known,
): Promise<Walls | undefined> {
  let on: readonly string[] = [];
  const layers: Layer[] = [];
  const programs = [process.execPath];
  for (const candidate of candidates) {
    const { name, stops, tool, args } = candidate(true);
    const program = await findTool(tool, path);
    if (program === undefined) return undefined;
    on = [program, ...args, ...on];
    programs.push(program);
    layers.push({ name, stops, on: true, why: undefined });
  }
  const words = [...on, ...PROBE];
  const why = await known.whyNot({ words, programs }, () => run(words));
  return why === undefined ? { layers, on } : undefined;
}

/** One after the other, inside those that stand. */
async function eachOf(candidates: readonly Candidate[], path: string): Promise<Walls> {
  let on: readonly string[] = [];
  const layers: Layer[] = [];
  for (const candidate of candidates) {
    const inside = layers.some((each) => each.name === 'bubblewrap' && each.on);
    const { name, stops, tool, args } = candidate(inside);
    const program = await findTool(tool, path);
    const wrapped = [program ?? tool, ...args, ...on];
    const why = program ? await run([...wrapped, ...PROBE]) : `${tool} is not installed`;
    if (why === undefined) on = wrapped;
    layers.push({ name, stops, on: why === undefined, why });
  }
  return { layers, on };
}

/** Says so only where the permission model holds. */
const PROBE = [
  process.execPath,
  '--permission',
  '--eval',
  "try { require('fs').readdirSync('/') } catch ({ code }) { process.stdout.write(code) }",
];
const CONFINED = 'ERR_ACCESS_DENIED';

/** Of bubblewrap's arguments, and of no other's. */
const END = '--';

/** The walls with these in the file system that bubblewrap makes, if it is one of them. */
function withBinds(walls: readonly string[], paths: readonly string[]): readonly string[] {
  const end = walls.indexOf(END);
  const binds = paths.flatMap((path) => ['--ro-bind', path, path]);
  return end < 0 ? walls : walls.toSpliced(end, 0, ...binds);
}

/** A file system with nothing in it but what a cell reads, no network, no other process. */
function bubblewrap(reads: readonly string[]): Candidate {
  const system = ['/usr', '/lib', '/lib64', '/etc/ld.so.cache', '/etc/ssl/openssl.cnf'];
  const own = [dirname(process.execPath), ...reads];
  return () => ({
    name: 'bubblewrap',
    stops: 'all of the file system but its code, the network, other processes, by bwrap',
    tool: 'bwrap',
    args: [
      '--unshare-all',
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      ...systemFolders(system),
      ...own.flatMap((path) => ['--ro-bind', path, path]),
      END,
    ],
  });
}

/** No privilege to be gained or left, and no life without the node's. */
function privileges(): Candidate {
  // Where bubblewrap is inside, it needs root's capabilities, and drops them itself.
  const root = process.getuid?.() === 0 ? ['--bounding-set=-all', '--inh-caps=-all'] : [];
  return (inside) => ({
    name: 'privileges',
    stops: 'gaining rights by what it executes, outliving its node, by setpriv',
    tool: 'setpriv',
    // Bubblewrap asks for it itself, once what it has started can do without it: that waits for ever for one that is killed before.
    args: ['--no-new-privs', ...(inside ? [] : ['--pdeathsig', 'KILL', ...root])],
  });
}

/**
 * Limits of the process that a cell never comes near. Where it sees no file of the machine that it could write to, one in memory may be as
 * large as lanes need it to give memory back.
 */
function limits(memoryLimit: number): Candidate {
  return (inside) => ({
    name: 'limits',
    stops: 'writing to files, core dumps, using up open files and memory, by prlimit',
    tool: 'prlimit',
    args: [
      '--core=0',
      `--fsize=${inside ? STEP_BYTES : 0}`,
      `--nofile=${OPEN_FILES}`,
      `--data=${memoryLimit + OWN_BYTES}`,
    ],
  });
}

const PART = 'more of the processors than the cpu-weight of their tenant';
const WEIGHED: Layer = { name: 'weights', stops: `${PART}, by cgroup`, on: true, why: undefined };

/** Cells of tenants with other weights than the default. To lower a priority is anybody's right, to raise it is not. */
async function weights(known: Known): Promise<Layer> {
  const words = ['nice', LOWEST_NICENESS, TOP_NICENESS].map(String);
  const why = await known.whyNot({ words, programs: [] }, async () => whyNotRaised());
  return { name: 'weights', stops: `${PART}, by nice`, on: why === undefined, why };
}

/** As a node does it to its cells, to a process that has no other purpose. */
function whyNotRaised(): string | undefined {
  const { pid } = spawn(process.execPath, ['--version'], { env: {}, stdio: 'ignore' }).on(
    'error',
    () => {}, // there is no process then
  );
  if (pid === undefined) return 'no process can be started';
  try {
    setPriority(pid, LOWEST_NICENESS);
    setPriority(pid, TOP_NICENESS);
    return undefined;
  } catch (error) {
    const { message, info } = error as Error & { info?: { code?: string } };
    return `no tenant can be given back more than it has: ${info?.code ?? message}`;
  }
}

/** Undefined where it ended well, else what was wrong. */
function run([program, ...args]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program!, args, { env: {}, timeout: TRIED_WITHIN_MS }, (error, stdout, stderr) => {
      if (stdout === CONFINED) return resolve(undefined);
      if (!error) return resolve('what it was to execute was not confined');
      resolve(stderr.trim().split('\n')[0] || `it ended with ${error.signal ?? error.code}`);
    });
  });
}
