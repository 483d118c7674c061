import {
  CellProcess,
  type CellBelongings,
  type CellCommand,
  type CellProcessComponents,
} from '#kernel/cell/cell-process.ts';

// One that cannot live is not made again and again: after so many the next is made when a tenant needs it.
const MAX_FAILURES = 3;
// To start a process keeps the node's own thread busy for some milliseconds, in which the tenant would wait.
const REFILL_AFTER_MS = 100;

export interface WarmPoolInit {
  /** Cells that are kept started for tenants to come. */
  readonly size: number;
  /** Whether one that was taken is to be followed by another: it holds 20 MB, for a tenant that may never come. */
  readonly refills: () => boolean;
  /** Of each cell. */
  readonly lanes: number;
  /** @param lent the folder of what it is lent, if it is lent anything */
  readonly command: (lent?: string) => CellCommand;
  /** Makes what one cell has for itself. */
  readonly belongings?: () => CellBelongings;
  /** Told of each that ended by itself before it was ready, and why. */
  readonly stillborn?: (why: string) => void;
}

/** Processes that are started and idle, so that a tenant does not wait for one. Each is given to one tenant, and never back. */
export class WarmPool implements AsyncDisposable {
  readonly #components: CellProcessComponents;
  readonly #init: WarmPoolInit;
  readonly #idle: CellProcess[] = [];
  #failures = 0;
  #cancelRefill: (() => void) | undefined;
  #closed = false;

  constructor(components: CellProcessComponents, init: WarmPoolInit) {
    this.#components = components;
    this.#init = init;
    this.#fill();
  }

  /** How many are there to be taken. */
  get idle(): number {
    return this.#idle.length;
  }

  /** The ids of their processes. */
  get pids(): readonly (number | undefined)[] {
    return this.#idle.map(({ pid }) => pid);
  }

  /** A cell for a tenant: a warm one, or where there is none one that has only begun to start, which takes frames too. */
  take(): CellProcess {
    let taken = this.#idle.shift();
    while (taken && !taken.alive) taken = this.#idle.shift();
    this.#failures = 0;
    const cell = taken ?? this.#start();
    this.#cancelRefill?.();
    this.#cancelRefill = this.#components.clock.after(REFILL_AFTER_MS, () => this.fill());
    return cell;
  }

  /** Resolves once every idle cell has loaded its code. */
  async whenWarm(): Promise<void> {
    await Promise.all(this.#idle.map(({ ready }) => ready));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancelRefill?.();
    await Promise.all(this.#idle.map((cell) => cell.terminate()));
  }

  /** Starts those that are missing, if they are to be. */
  fill(): void {
    if (this.#init.refills()) this.#fill();
  }

  #fill(): void {
    while (!this.#closed && this.#idle.length < this.#init.size && this.#failures < MAX_FAILURES)
      this.#startOne();
  }

  /** Nobody waits for it: that it cannot be, as where the disk is full, is no reason for the node to end. */
  #startOne(): void {
    try {
      this.#keep(this.#start());
    } catch (error) {
      this.#failures += 1;
      this.#components.logger.warn('a warm cell cannot be started', { why: String(error) });
    }
  }

  #keep(cell: CellProcess): void {
    this.#idle.push(cell);
    const lost = (why: string): void => {
      const at = this.#idle.indexOf(cell);
      if (at < 0) return;
      this.#idle.splice(at, 1);
      void cell.terminate();
      this.#failures += 1;
      this.#components.logger.warn('a warm cell was lost', { why });
      this.#fill();
    };
    cell.take({ received() {}, laneLost: (_lane, why) => lost(why), lost });
  }

  #start(): CellProcess {
    const { command, lanes, stillborn } = this.#init;
    const belongings = this.#init.belongings?.() ?? {};
    const words = command(belongings.files?.folder);
    const cell = new CellProcess(this.#components, words, lanes, belongings);
    void cell.ready.then((why) => {
      if (why !== undefined) stillborn?.(why);
    });
    return cell;
  }
}
