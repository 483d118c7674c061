import type { Socket } from 'node:net';
import { ConfinedProcess, type ConfinedProcessInit } from '../confined-process.ts';
import { MachineFault } from '../errors.ts';
import { CARD_FD, CONSOLE_FD, INCOMING_FD, QMP_FD, WORDS_FD } from './arguments.ts';
import { Qmp, type QmpEvent } from './qmp.ts';

/** One process of QEMU. It ends with its node, by its wrapper, and with the pipe of its monitor. */
export class QemuProcess {
  readonly qmp: Qmp;
  readonly console: Socket;
  /** What the machine goes on from is written here. */
  readonly incoming: Socket;
  /** The second serial line. What comes from there is not listened to. */
  readonly words: Socket;
  /** The other ends of its network cards, and of what its disk is based on. */
  readonly others: readonly Socket[];
  readonly pid: number | undefined;
  /** Resolves once it has ended, and all that was wrapped around it, with why. Nothing of it holds a file then. */
  readonly ended: Promise<string>;
  /** The machine has switched itself off. */
  isOff = false;
  readonly #process: ConfinedProcess;
  readonly #events = new Set<(event: QmpEvent) => boolean>();
  /** Who waits for what it tells, to hear that it has ended. */
  readonly #lost = new Set<(why: string) => void>();
  #over: string | undefined;

  /** With so many pipes besides those that each has. */
  constructor(init: ConfinedProcessInit) {
    const { name } = init;
    this.#process = new ConfinedProcess({ ...init, pipes: CARD_FD - QMP_FD + init.pipes });
    const { pid, pipes, ended } = this.#process;
    this.pid = pid;
    const pipe = (fd: number): Socket => pipes[fd - QMP_FD]!;
    this.console = pipe(CONSOLE_FD);
    this.incoming = pipe(INCOMING_FD);
    this.words = pipe(WORDS_FD).resume();
    this.others = pipes.slice(CARD_FD - QMP_FD);
    this.qmp = new Qmp(pipe(QMP_FD), (event) => this.#heard(event), name);
    this.ended = ended.then(({ why }) => {
      for (const each of pipes) each.destroy();
      this.#over = why;
      for (const lost of this.#lost) lost(why);
      return why;
    });
  }

  /**
   * Waits for what QEMU tells of. Asked for before it can come: nothing is remembered.
   * @param signal stops waiting: what comes later is for somebody else
   * @throws {failed} it ends before
   */
  async told<T>(of: (event: QmpEvent) => T | undefined, signal?: AbortSignal): Promise<T> {
    const told = Promise.withResolvers<T>();
    const abort = (): void => told.reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const listener = (event: QmpEvent): boolean => {
      const found = of(event);
      if (found !== undefined) told.resolve(found);
      return found !== undefined;
    };
    this.#events.add(listener);
    const lost = (why: string): void => told.reject(new MachineFault('failed', why));
    if (this.#over === undefined) this.#lost.add(lost);
    else lost(this.#over);
    try {
      return await told.promise;
    } finally {
      this.#lost.delete(lost);
      this.#events.delete(listener);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends it at once; resolves once it has ended. */
  async kill(): Promise<void> {
    await this.#process.kill();
    await this.ended;
  }

  #heard(event: QmpEvent): void {
    if (event.event === 'SHUTDOWN' && event.data['guest'] === true) this.isOff = true;
    for (const listener of this.#events) if (listener(event)) this.#events.delete(listener);
  }
}
