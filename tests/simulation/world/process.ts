import type { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';
import { Thread } from './thread.ts';

export interface ProcessInit {
  /** How fast its clock runs: 1 is right. */
  readonly rate: number;
  /** Milliseconds that its clock of the day is off. */
  readonly wallOffsetMs: number;
}

/** One life of a process: its threads run while it lives and is not stopped. */
export class Process {
  readonly timeline: Timeline;
  readonly init: ProcessInit;
  /** The thread of the event loop. */
  readonly main: Thread;
  readonly #threads = new Set<Thread>();
  readonly #atEnd: (() => void)[] = [];
  #alive = true;
  #stopped = false;

  constructor(timeline: Timeline, init: ProcessInit) {
    this.timeline = timeline;
    this.init = init;
    this.main = this.thread();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether its threads may run now. */
  get running(): boolean {
    return this.#alive && !this.#stopped;
  }

  /** Timers that were set and have neither fired nor been taken back. */
  get timers(): number {
    let timers = 0;
    for (const thread of this.#threads) timers += thread.timers;
    return timers;
  }

  thread(): Thread {
    const thread = new Thread(this);
    this.#threads.add(thread);
    return thread;
  }

  forget(thread: Thread): void {
    this.#threads.delete(thread);
  }

  /** As by SIGSTOP: nothing of it runs; what is due waits. */
  stop(): void {
    this.#stopped = true;
  }

  resume(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    for (const thread of this.#threads) thread.pump();
  }

  /** To be called once it has ended, when nothing that it does has any effect any more. */
  atEnd(run: () => void): void {
    this.#atEnd.push(run);
  }

  /** As by SIGKILL: nothing of it runs ever again. */
  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const run of this.#atEnd) run();
    this.#threads.clear();
  }
}
