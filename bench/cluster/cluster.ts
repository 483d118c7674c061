import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { defaultConfig } from '#node/config.ts';
import { nodeCode } from '#node/node-code.ts';
import { processSettings } from '#node/process-settings.ts';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import type { MemberReady } from './serve-member.ts';

const MEMBER = fileURLToPath(new URL('./member.ts', import.meta.url));

const IN_THREADS = { ...defaultConfig().cells, warm: 0, threadTenants: ['default'] };

export interface ClusterInit {
  readonly nodes: number;
  /** Of each node. */
  readonly lanes: number;
  /** See `BenchContext`. */
  readonly profileDir?: string | undefined;
  readonly threadCells?: boolean;
  /** vTasks that a cell may hold. */
  readonly cellVtasks?: number;
  /** The program of each node, which calls `serveMember`. Default: one that does nothing else. */
  readonly member?: string;
}

/** Nodes as processes of their own over loopback, with data in a temporary folder, and a client of the first. */
export class Cluster implements AsyncDisposable {
  readonly nodes: readonly MemberReady[];
  readonly client: PosivClient;
  readonly #folder: string;
  readonly #children: readonly ChildProcess[];

  private constructor(
    folder: string,
    children: readonly ChildProcess[],
    nodes: readonly MemberReady[],
    client: PosivClient,
  ) {
    this.#folder = folder;
    this.#children = children;
    this.nodes = nodes;
    this.client = client;
  }

  static async start({
    nodes,
    lanes,
    profileDir,
    threadCells = false,
    cellVtasks,
    member = MEMBER,
  }: ClusterInit): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
    const children: ChildProcess[] = [];
    const settings = processSettings(cacheDir());
    const code = await nodeCode(cacheDir());
    const begin = (
      index: number,
      bootstrap: readonly string[],
      ticket?: string,
    ): Promise<MemberReady> => {
      const name = `node-${index + 1}`;
      const child = fork(member, [code], {
        execArgv: [
          ...settings.execArgv,
          ...(profileDir === undefined ? [] : profiling(profileDir, name)),
        ],
        env: { ...process.env, ...settings.env },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.push(child);
      const defaults = defaultConfig();
      child.send({
        ...defaults,
        cells: {
          ...(threadCells ? IN_THREADS : defaults.cells),
          ...(cellVtasks !== undefined && { vtasks: cellVtasks }),
        },
        dataDir: join(folder, name),
        cacheDir: cacheDir(),
        name,
        lanes,
        bootstrap,
        ticket,
        logLevel: 'error',
      });
      return ready(child, name);
    };
    try {
      const first = await begin(0, []);
      const bootstrap = first.addresses.slice(0, 1);
      const client = await connectControl({ socket: first.socket });
      const wish = { ttlMs: 0, uses: nodes, node: undefined, admits: false };
      const made = await client.admission.createTicket(wish);
      if (!made.ok) throw new Error(`no ticket: ${JSON.stringify(made.error)}`);
      const { text } = made.value;
      const rest = Array.from({ length: nodes - 1 }, (_, at) => begin(at + 1, bootstrap, text));
      const all = [first, ...(await Promise.all(rest))];
      return new Cluster(folder, children, all, client);
    } catch (error) {
      await stop(children, folder);
      throw error;
    }
  }

  /** The processes of the nodes. */
  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid!);
  }

  /** What points `vstar` at it. */
  environment(): NodeJS.ProcessEnv {
    return { ...process.env, VSTAR_CONTROL: `unix:${this.nodes[0]!.socket}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await stop(this.#children, this.#folder);
  }
}

function profiling(directory: string, name: string): string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${join(directory, name)}`, '--cpu-prof-interval=500'];
}

async function ready(child: ChildProcess, name: string): Promise<MemberReady> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with status ${code} before it was ready`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [MemberReady];
  ended.catch(() => {}); // by then it is on purpose
  return message;
}

async function stop(children: readonly ChildProcess[], folder: string): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      if (child.connected) child.disconnect();
      await exited;
    }),
  );
  await rm(folder, { recursive: true, force: true });
}
