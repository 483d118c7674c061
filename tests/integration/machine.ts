import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Registers } from '#kernel/registers.ts';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { MachineDisk } from './disk.ts';
import type { Network } from './network.ts';
import { WitnessProcess, type Started } from './witness.ts';

const AGAIN_AFTER_MS = 500;
// What a node says that could not start, or did not survive, on a full disk.
const FULL = new Set(['full', 'ENOSPC']);

export interface MachineComponents {
  readonly network: Network;
  readonly failed: (what: string) => void;
  /** Its node can be talked to; `gone` ends it. */
  readonly started: (machine: Machine, started: Started) => void;
  readonly ended: (machine: Machine) => void;
}

export interface MachineInit {
  readonly at: number;
  readonly nodes: number;
  /** In which its own and its files of the test are made. */
  readonly folder: string;
}

/** One computer of a test: a network namespace and a disk of its own, and on them one node's processes. */
export class Machine {
  readonly at: number;
  readonly name: string;
  readonly #components: MachineComponents;
  readonly #init: MachineInit;
  readonly #disk: MachineDisk;
  #process: WitnessProcess | undefined;
  /** That the process ends is what was wanted. */
  #killed = false;
  #wanted = false;
  #room = Infinity;
  #stopped: readonly number[] = [];
  #join: { readonly bootstrap: readonly string[]; readonly ticket: string | undefined } = {
    bootstrap: [],
    ticket: undefined,
  };

  private constructor(components: MachineComponents, init: MachineInit, disk: MachineDisk) {
    this.#components = components;
    this.#init = init;
    this.#disk = disk;
    this.at = init.at;
    this.name = `m${init.at}`;
  }

  static async make(components: MachineComponents, init: MachineInit): Promise<Machine> {
    const disk = await MachineDisk.make(join(init.folder, `m${init.at}`));
    return new Machine(components, init, disk);
  }

  /** The process of its node; undefined while there is none. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get registers(): Registers | undefined {
    return this.#process;
  }

  /** The file in which its node says what its vTasks do. */
  get testimony(): string {
    return join(this.#init.folder, `${this.name}.testimony`);
  }

  get log(): string {
    return join(this.#init.folder, `${this.name}.log`);
  }

  /** What the others are joined by, at its first start. */
  joinBy(bootstrap: readonly string[], ticket: string): void {
    this.#join = { bootstrap, ticket };
  }

  /** Starts its node, unless one runs. */
  start(): void {
    this.#wanted = true;
    if (this.#process) return;
    this.#killed = false;
    this.#process = new WitnessProcess({
      config: this.#config(),
      within: this.#components.network.within(this.at),
      testimony: this.testimony,
      log: this.log,
      onStarted: (started) => this.#components.started(this, started),
      onEnd: (how, code) => this.#ended(how, code),
    });
  }

  /** Kills its node, and with `all` at the same moment what that has started. */
  async kill({ all }: { readonly all: boolean }): Promise<void> {
    this.#wanted = false;
    const process = this.#process;
    if (!process) return;
    this.#killed = true;
    const cells = all ? await childrenOf(process.pid) : [];
    process.signal('SIGKILL');
    for (const pid of cells) send(pid, 'SIGKILL');
    await process.ended;
  }

  /** Nothing of it runs any more until `resume`; with `all: false` its cells go on. */
  async stop({ all }: { readonly all: boolean }): Promise<void> {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    send(pid, 'SIGSTOP'); // first: it starts no others after that
    const cells = all ? await childrenOf(pid) : [];
    this.#stopped = [...this.#stopped, pid, ...cells];
    for (const cell of cells) send(cell, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of this.#stopped.toReversed()) send(pid, 'SIGCONT');
    this.#stopped = [];
  }

  /** Kills one of its cells. */
  async loseCell(pick: number): Promise<void> {
    const pid = this.#process?.pid;
    const cells = pid === undefined ? [] : await childrenOf(pid);
    const cell = cells[pick % Math.max(1, cells.length)];
    if (cell !== undefined) send(cell, 'SIGKILL');
  }

  async setRoom(bytes: number): Promise<void> {
    this.#room = bytes;
    await this.#disk.setRoom(bytes);
  }

  /** Its node is told to end; resolves once it has. */
  async shutDown(): Promise<void> {
    this.#wanted = false;
    const process = this.#process;
    if (!process) return;
    this.#killed = true;
    process.signal('SIGTERM');
    await process.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resume();
    await this.kill({ all: true });
    await this.#disk[Symbol.asyncDispose]();
  }

  #config(): NodeConfig {
    const { at, nodes } = this.#init;
    return {
      ...defaultConfig(),
      name: this.name,
      dataDir: join(this.#disk.folder, 'data'),
      cacheDir: CACHE,
      listen: [this.#components.network.listen(at)],
      lanes: 2,
      memoryLimit: Math.floor(totalmem() / 2 / nodes),
      logLevel: 'info',
      ...this.#join,
    };
  }

  #ended(how: string, code: string | undefined): void {
    this.#process = undefined;
    this.#components.ended(this);
    if (this.#killed) return;
    const isFull = this.#room < Infinity && (code === undefined || FULL.has(code));
    if (!isFull) this.#components.failed(`${this.name} has ended: ${how} [${code ?? 'no code'}]`);
    // As whoever looks after the services of a machine would.
    else setTimeout(() => this.#wanted && this.start(), AGAIN_AFTER_MS);
  }
}

/** What a process has started and still runs. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => ''),
    ),
  );
  return lists.flatMap((list) => list.split(' ').map(Number)).filter((child) => child > 0);
}

/** To one of those processes, if it has not ended. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has
  }
}
