import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { connectControl } from '#node/control/client.ts';
import { nodeCode } from '#node/node-code.ts';
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
  readonly #init: DevstackInit;
  readonly #members: MemberProcess[] = [];
  readonly #crashed = new WeakSet<MemberProcess>();
  #code: Promise<string> | undefined;
  #nodes: DevstackNode[] = [];
  #command: number | undefined;
  #onDown: (name: string, how: string) => void = () => {};
  #stopping = false;

  private constructor(folder: string, init: DevstackInit) {
    this.folder = folder;
    this.#init = init;
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
    const stack = new Devstack(await mkdtemp(join(init.temporaryDir, 'vstar-')), init);
    try {
      await stack.#boot(init, signal);
      stack.#onDown = onDown;
      for (const member of stack.#members) stack.#follow(member);
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

  /** What points `vstar` at its first node, and is `vstar`. @param any at whichever of its nodes answers */
  environment(any = false): Record<string, string> {
    const [first] = this.#nodes;
    const sockets = (any ? this.#nodes : this.#nodes.slice(0, 1)).map(({ socket }) => socket);
    return {
      VSTAR_CONTROL: sockets.map((socket) => `unix:${socket}`).join(),
      // A node's own token is good for that node alone; its owner needs none at the socket.
      VSTAR_TOKEN: any ? '' : (first?.token ?? ''),
      VSTAR_DEVSTACK: this.folder,
      PATH: [join(this.folder, 'bin'), process.env['PATH']].filter(Boolean).join(delimiter),
    };
  }

  /** Kills a node as a crash of its machine would. `onDown` does not hear of it. */
  async crash(at: number): Promise<void> {
    const member = this.#members[at]!;
    this.#crashed.add(member);
    await member.crash();
  }

  /** Starts a node that has ended again, on the same data. @throws {node-not-started} */
  async startAgain(at: number, signal: AbortSignal): Promise<void> {
    const { name, addresses } = this.#nodes[at]!;
    const member = await this.#spawn(name);
    this.#members[at] = member;
    this.keep(this.#command);
    const others = this.#nodes.filter((each) => each.name !== name);
    const config = {
      ...this.#config(
        this.#init,
        name,
        others.flatMap((each) => each.addresses),
        undefined,
      ),
      listen: addresses.map((address) => address.replace(/\/p2p\/.*/, '')),
      httpPort: at === 0 ? this.#init.httpPort : undefined,
    };
    const ready = await member.start(config, signal);
    this.#nodes[at] = { ...ready, name, pid: member.pid };
    this.#follow(member);
  }

  /** What the keeper shall end should this process be killed. @param command see `ToKeeper` */
  keep(command: number | undefined): void {
    this.#command = command;
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

  /** Tells of its end, if it was not wanted. */
  #follow(member: MemberProcess): void {
    void member.exited.then((how) => {
      if (!this.#stopping && !this.#crashed.has(member)) this.#onDown(member.name, how);
    });
  }

  async #spawn(name: string): Promise<MemberProcess> {
    this.#code ??= nodeCode(this.#init.cacheDir);
    return MemberProcess.spawn(await this.#code, name, join(this.folder, `${name}.log`));
  }

  async #boot(init: DevstackInit, signal: AbortSignal): Promise<void> {
    await this.#writeLauncher();
    const names = Array.from({ length: init.nodes }, (_, at) => `node-${at + 1}`);
    for (const name of names) {
      this.#members.push(await this.#spawn(name));
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
