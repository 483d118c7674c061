import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import type { NodeConfig } from '#node/config.ts';
import { processSettings } from '#node/process-settings.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';

const ENTRY = fileURLToPath(new URL('observed-process.ts', import.meta.url));

/** What the bench tells the process of a node. */
export interface ToObserved {
  readonly config: NodeConfig;
  /** How many other nodes there are to be. */
  readonly others: number;
}

/** What the process of a node tells the bench; times are of `monotonicMs`. */
export type FromObserved =
  | { readonly kind: 'loaded' }
  | {
      readonly kind: 'started';
      readonly id: string;
      readonly addresses: readonly string[];
      readonly socket: string;
    }
  /** All others are members that are up, in its view. */
  | { readonly kind: 'sees-all'; readonly at: number }
  /** It is connected with all others. */
  | { readonly kind: 'whole'; readonly at: number }
  | Opinion;

/** What a node has come to think of another; `lost` is no opinion: its lease was fenced. */
export interface Opinion {
  readonly kind: MembershipEvent['what'] | 'lost';
  readonly node: string;
  readonly at: number;
}

type Started = Extract<FromObserved, { kind: 'started' }>;

/** The process of one node, seen from the bench. */
export class Observed {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #started = Promise.withResolvers<Started>();
  readonly #heard = new Set<() => void>();
  #wholeAt: number | undefined;
  #seesAllAt: number | undefined;
  #opinions: Opinion[] = [];

  /**
   * @param code see `loadNode`
   * @param within the command that runs another one where the node is to be
   */
  constructor(code: string, within: readonly string[]) {
    const settings = processSettings(cacheDir());
    const [program, ...args] = [...within, process.execPath, ...settings.execArgv, ENTRY, code];
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, ...settings.env },
    });
    this.pid = this.#child.pid!;
    this.#child.on('message', (message: FromObserved) => this.#hear(message));
    this.#child.once('exit', (status) => {
      const ended = new Error(`a node ended with status ${status} before it was measured`);
      this.#loaded.reject(ended);
      this.#started.reject(ended);
    });
    this.#started.promise.catch(() => {}); // one that was killed has started, or nobody waits for it
    this.#loaded.promise.catch(() => {});
  }

  /** Resolves once its code is loaded. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  get opinions(): readonly Opinion[] {
    return this.#opinions;
  }

  start(message: ToObserved): Promise<Started> {
    this.#child.send(message);
    return this.#started.promise;
  }

  /** When it was connected with all others, for the first time since `forget`. */
  async whole(): Promise<number> {
    while (this.#wholeAt === undefined) await this.#next();
    return this.#wholeAt;
  }

  /** When all others were up in its view, for the first time in its life. */
  async seesAll(): Promise<number> {
    while (this.#seesAllAt === undefined) await this.#next();
    return this.#seesAllAt;
  }

  /** When it first came to think so of a node since `forget`. */
  async thinks(kind: Opinion['kind'], node: string): Promise<number> {
    for (;;) {
      const found = this.#opinions.find((each) => each.kind === kind && each.node === node);
      if (found) return found.at;
      await this.#next();
    }
  }

  forget(): void {
    this.#opinions = [];
    this.#wholeAt = undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#heard.add(resolve));
  }

  #hear(message: FromObserved): void {
    if (message.kind === 'loaded') this.#loaded.resolve();
    else if (message.kind === 'started') this.#started.resolve(message);
    else if (message.kind === 'sees-all') this.#seesAllAt ??= message.at;
    else if (message.kind === 'whole') this.#wholeAt ??= message.at;
    else this.#opinions.push(message);
    const heard = [...this.#heard];
    this.#heard.clear();
    for (const each of heard) each();
  }
}
