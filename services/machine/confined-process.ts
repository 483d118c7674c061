import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { killGroup } from '#kernel/cell/kill-group.ts';
import { NICENESS } from '#kernel/cell/layout.ts';
import { startAt } from '#kernel/cell/niceness.ts';
import type { Words } from '#kernel/cgroup/entering.ts';
import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import { quiet } from '#kernel/cell/quiet.ts';
import { systemClock } from '#kernel/system-clock.ts';

const FIRST_PIPE_FD = 3;
const KEPT_OUTPUT_CHARS = 2 << 10;

export interface ConfinedProcessInit {
  /** What it is, for people. */
  readonly name: string;
  /** Those of the walls around it first. */
  readonly words: Words;
  /** Its current folder. */
  readonly folder: string;
  /** Connected sockets that it inherits, as descriptors 3, 4, …: there is nothing to find or to remove. */
  readonly pipes: number;
  /** Where it is among the cgroups of its machine, if there are any. It is closed with it. */
  readonly group?: ProcessGroup | undefined;
  /** By nice(2), where its part of the processors is not that of its group. Default: as cells have. */
  readonly niceness?: number | undefined;
}

/** How a process has ended. */
export interface ProcessEnd {
  /** Undefined where a signal or the lack of its program ended it. */
  readonly status: number | undefined;
  readonly why: string;
  /** What it wrote to stderr last. */
  readonly said: string;
}

/** The process of a machine, tethered to this one by its stdin. It has ended once its first pipe is closed, and lets nobody wait then. */
export class ConfinedProcess {
  readonly pid: number | undefined;
  /** Whoever reads them destroys them after the end: what was said last may still be there to be read. */
  readonly pipes: readonly Socket[];
  /** Resolves once it has ended, and all that was wrapped around it. Nothing of it holds a file then. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #group: ProcessGroup | undefined;
  readonly #name: string;
  #output = '';
  #over = false;

  constructor({ name, words, folder, pipes, group, niceness = NICENESS }: ConfinedProcessInit) {
    this.#name = name;
    this.#group = group;
    const [program, ...args] = group?.enter(words) ?? words;
    this.#child = spawn(program, args, {
      cwd: folder,
      env: {},
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', ...Array.from({ length: pipes }, () => 'pipe' as const)],
    });
    this.pid = this.#child.pid;
    if (this.pid !== undefined && !group?.weighs) lower(this.pid, niceness);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS);
    });
    quiet(this.#child.stdin as Socket);
    const streams = this.#child.stdio as unknown as readonly Socket[];
    this.pipes = streams.slice(FIRST_PIPE_FD).map(quiet);
    this.ended = this.#end();
  }

  /** Ends it at once; resolves once it has ended. */
  async kill(): Promise<void> {
    this.#letGo();
    // What is not tethered yet, or not at all.
    if (!this.#over) killGroup(this.#child);
    await this.ended;
  }

  #letGo(): void {
    this.#child.stdin!.destroy();
  }

  async #end(): Promise<ProcessEnd> {
    // A wrapper may end before what it wraps; that has ended when nobody holds the other end of its first pipe.
    const closed = closeOf(this.pipes[0]!).then(() => this.#letGo());
    const heard = closeOf(this.#child.stderr!);
    const end = await new Promise<Omit<ProcessEnd, 'said'>>((resolve) => {
      this.#child.once('exit', (code, signal) =>
        resolve({ status: code ?? undefined, why: signal ?? `status ${code}` }),
      );
      this.#child.once('error', ({ message }) => resolve({ status: undefined, why: message }));
    });
    await Promise.all([closed, heard, this.#group?.close()]);
    this.#over = true;
    const said = this.#output.trim();
    const why = `${this.#name} ended with ${end.why}${said && `: ${said}`}`;
    return { status: end.status, why, said };
  }
}

/** One that is not lowered, as who has no right to may not do with many at once, is slower to nobody but its neighbours. */
function lower(pid: number, niceness: number): void {
  startAt(pid, niceness, systemClock).catch(() => {});
}

/** Whatever it is closed by. */
function closeOf(stream: Readable): Promise<void> {
  return new Promise((resolve) => void stream.once('close', resolve));
}
