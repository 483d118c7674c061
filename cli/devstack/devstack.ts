import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { connectControl } from '#node/control/client.ts';
import { answer } from '../answer.ts';
import { MemberProcess, type Ready } from './member-process.ts';
import type { ToKeeper } from './messages.ts';

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url));
const VSTAR = fileURLToPath(new URL('../vstar.ts', import.meta.url));

export interface DevstackInit {
  readonly nodes: number;
  /** Of each node. */
  readonly lanes: number;
  readonly cacheDir: string;
  /** The folder in which its own temporary one is made. */
  readonly temporaryDir: string;
  readonly httpPort: number | undefined;
  readonly logLevel: NodeConfig['logLevel'];
}

export interface DevstackNode extends Ready {
  readonly name: string;
  readonly pid: number;
}

/** A cluster of separate processes on the loopback interface, with its data in a temporary folder. */
export class Devstack implements AsyncDisposable {
  readonly folder: string;
  readonly #keeper: ChildProcess;
  readonly #members: MemberProcess[] = [];
  #nodes: DevstackNode[] = [];
  #stopping = false;

  private constructor(folder: string) {
    this.folder = folder;
    this.#keeper = fork(KEEPER, [], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    this.#keeper.on('error', () => {}); // then there is nobody to clean up after a kill -9, and nothing else is wrong
    this.keep(undefined);
  }

  /**
   * Starts the first node, and the others by its address.
   * @param onDown told of a node that ends by itself
   * @throws {node-not-started} after what had started has been stopped
   */
  static async start(
    init: DevstackInit,
    signal: AbortSignal,
    onDown: (name: string, how: string) => void = () => {},
  ): Promise<Devstack> {
    const stack = new Devstack(await mkdtemp(join(init.temporaryDir, 'vstar-')));
    try {
      await stack.#boot(init, signal);
      for (const { name, exited } of stack.#members) {
        void exited.then((how) => !stack.#stopping && onDown(name, how));
      }
      return stack;
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw error;
    }
  }

  get nodes(): readonly DevstackNode[] {
    return this.#nodes;
  }

  /** What points `vstar` at it, and is `vstar`. */
  environment(): Record<string, string> {
    const [first] = this.#nodes;
    return {
      VSTAR_CONTROL: `unix:${first?.socket}`,
      VSTAR_TOKEN: first?.token ?? '',
      VSTAR_DEVSTACK: this.folder,
      PATH: [join(this.folder, 'bin'), process.env['PATH']].filter(Boolean).join(delimiter),
    };
  }

  /** What the keeper shall end should this process be killed. @param command see `ToKeeper` */
  keep(command: number | undefined): void {
    const nodes = this.#members.map(({ pid }) => pid);
    const duty: ToKeeper = { folder: this.folder, nodes, command };
    if (this.#keeper.connected) this.#keeper.send(duty, () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#members.map((member) => member.stop()));
    this.#members.length = 0;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    this.keep(undefined);
    if (this.#keeper.exitCode === null && this.#keeper.pid !== undefined) {
      const gone = once(this.#keeper, 'exit');
      if (this.#keeper.connected) this.#keeper.disconnect();
      await gone;
    }
  }

  async #boot(init: DevstackInit, signal: AbortSignal): Promise<void> {
    await this.#writeLauncher();
    const names = Array.from({ length: init.nodes }, (_, at) => `node-${at + 1}`);
    for (const name of names) {
      this.#members.push(await MemberProcess.spawn(name, join(this.folder, `${name}.log`)));
    }
    this.keep(undefined);
    const start = async (
      member: MemberProcess,
      bootstrap: readonly string[],
      ticket?: string,
    ): Promise<DevstackNode> => {
      const config = this.#config(init, member.name, bootstrap, ticket);
      const ready = await member.start(config, signal);
      return { ...ready, name: member.name, pid: member.pid };
    };
    const [founder, ...joining] = this.#members;
    const first = await start(founder!, []);
    const bootstrap = first.addresses.slice(0, 1);
    const ticket = joining.length > 0 ? await ticketOf(first, joining.length) : undefined;
    this.#nodes = [
      first,
      ...(await Promise.all(joining.map((member) => start(member, bootstrap, ticket)))),
    ];
  }

  #config(
    init: DevstackInit,
    name: string,
    bootstrap: readonly string[],
    ticket: string | undefined,
  ): NodeConfig {
    return {
      dataDir: join(this.folder, name),
      cacheDir: init.cacheDir,
      name,
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap,
      ticket,
      lanes: init.lanes,
      cells: defaultConfig().cells,
      // All of them together as much as one node that has the machine for itself.
      memoryLimit: Math.floor(totalmem() / 2 / init.nodes),
      limits: 'enforce',
      httpPort: bootstrap.length === 0 ? init.httpPort : undefined,
      managers: {},
      logLevel: init.logLevel,
    };
  }

  /** Puts a `vstar` into the folder that runs these very sources under this very Node. */
  async #writeLauncher(): Promise<void> {
    const bin = join(this.folder, 'bin');
    await mkdir(bin);
    await writeFile(
      join(bin, 'vstar'),
      `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(VSTAR)} "$@"\n`,
    );
    await chmod(join(bin, 'vstar'), 0o700);
  }
}

/** What so many nodes may join by. */
async function ticketOf({ socket }: DevstackNode, uses: number): Promise<string> {
  const client = await connectControl({ socket });
  try {
    const wish = { ttlMs: 0, uses, node: undefined, admits: true };
    return (await answer('ticket create', client.admission.createTicket(wish))).text;
  } finally {
    await client.close();
  }
}

/** For sh. */
function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
