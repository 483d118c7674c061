import type { Socket } from 'node:net';
import { ConfinedProcess, type Words } from '../confined-process.ts';
import { MachineFault } from '../errors.ts';
import { CONSOLE_FD, INCOMING_FD, QMP_FD } from './arguments.ts';
import { Qmp, type QmpEvent } from './qmp.ts';

/** One process of QEMU. It ends with its node, by its wrapper, and with the pipe of its monitor. */
export class QemuProcess {
  readonly qmp: Qmp;
  readonly console: Socket;
  /** What the machine goes on from is written here. */
  readonly incoming: Socket;
  readonly pid: number | undefined;
  /** Resolves once it has ended, and all that was wrapped around it, with why. Nothing of it holds a file then. */
  readonly ended: Promise<string>;
  /** The machine has switched itself off. */
  isOff = false;
  readonly #process: ConfinedProcess;
  readonly #events = new Set<(event: QmpEvent) => boolean>();

  constructor(words: Words, folder: string, name = 'QEMU') {
    this.#process = new ConfinedProcess({ name, words, folder, pipes: 3 });
    const { pid, pipes, ended } = this.#process;
    this.pid = pid;
    const pipe = (fd: number): Socket => pipes[fd - QMP_FD]!;
    this.console = pipe(CONSOLE_FD);
    this.incoming = pipe(INCOMING_FD);
    this.qmp = new Qmp(pipe(QMP_FD), (event) => this.#heard(event));
    this.ended = ended.then(({ why }) => {
      this.console.destroy();
      this.incoming.destroy();
      return why;
    });
  }

  /**
   * Waits for what QEMU tells of. Asked for before it can come: nothing is remembered.
   * @throws {failed} it ends before
   */
  async told<T>(of: (event: QmpEvent) => T | undefined): Promise<T> {
    const told = Promise.withResolvers<T>();
    const listener = (event: QmpEvent): boolean => {
      const found = of(event);
      if (found !== undefined) told.resolve(found);
      return found !== undefined;
    };
    this.#events.add(listener);
    const lost = this.ended.then((why) => {
      throw new MachineFault('failed', why);
    });
    try {
      return await Promise.race([told.promise, lost]);
    } finally {
      this.#events.delete(listener);
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
