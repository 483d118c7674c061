import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { killGroup } from '#kernel/cell/kill-group.ts';
import { MachineFault } from '../errors.ts';
import { CONSOLE_FD, INCOMING_FD, QMP_FD } from './arguments.ts';
import type { Words } from './confinement.ts';
import { Qmp, type QmpEvent } from './qmp.ts';

// As the cells: the node comes first.
const NICENESS = 10;
const KEPT_OUTPUT_CHARS = 2 << 10;

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
  readonly #child: ChildProcess;
  readonly #events = new Set<(event: QmpEvent) => boolean>();
  #output = '';
  #over = false;

  constructor([program, ...args]: Words, folder: string) {
    const pipes = [QMP_FD, CONSOLE_FD, INCOMING_FD].map(() => 'pipe' as const);
    this.#child = spawn(program, args, {
      cwd: folder,
      env: {},
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', ...pipes],
    });
    this.pid = this.#child.pid;
    lowerPriority(this.pid);
    const streams = this.#child.stdio as unknown as readonly Socket[];
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS);
    });
    this.console = quiet(streams[CONSOLE_FD]!);
    this.incoming = quiet(streams[INCOMING_FD]!);
    this.qmp = new Qmp(streams[QMP_FD]!, (event) => this.#heard(event));
    this.ended = this.#end();
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
    if (!this.#over) killGroup(this.#child);
    await this.ended;
  }

  #heard(event: QmpEvent): void {
    if (event.event === 'SHUTDOWN' && event.data['guest'] === true) this.isOff = true;
    for (const listener of this.#events) if (listener(event)) this.#events.delete(listener);
  }

  async #end(): Promise<string> {
    const streams = this.#child.stdio as unknown as readonly Socket[];
    // A wrapper may end before what it wraps; that has ended when nobody holds the other end of its pipe.
    const closed = new Promise((resolve) => streams[QMP_FD]!.once('close', resolve));
    const how = await new Promise<string>((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
      this.#child.once('error', (error) => resolve(error.message));
    });
    await closed;
    this.#over = true;
    this.console.destroy();
    this.incoming.destroy();
    const said = this.#output.trim();
    return `QEMU ended with ${how}${said && `: ${said}`}`;
  }
}

/** Its end is told by its process. */
function quiet(socket: Socket): Socket {
  return socket.on('error', () => socket.destroy());
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // It has ended already, which is told in another way.
  }
}
