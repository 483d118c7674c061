import type { Duplex } from 'node:stream';
import { quiet } from '#kernel/cell/quiet.ts';
import { MachineFault } from '../errors.ts';

/** What QEMU tells of by itself, for example `SHUTDOWN`. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly data?: Record<string, unknown>;
}

// The longest answer to what is asked here is some KiB. QEMU may be its guest's by now: it cannot use up our memory.
const MAX_LINE_CHARS = 1 << 20;

/**
 * The QEMU Machine Protocol (docs/interop/qmp-spec.rst of QEMU): lines of JSON, answers by the number of the question. What is
 * asked before QEMU listens waits in the pipe.
 */
export class Qmp {
  readonly #stream: Duplex;
  readonly #heard: (event: QmpEvent) => void;
  /** Of who is at the other end, for people. */
  readonly #name: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;
  #rest = '';
  #over: string | undefined;

  constructor(stream: Duplex, heard: (event: QmpEvent) => void, name = 'QEMU') {
    this.#name = name;
    this.#stream = quiet(stream);
    this.#heard = heard;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#take(text));
    for (const end of ['end', 'close']) stream.on(end, () => this.close(`${name} has ended`));
    this.execute('qmp_capabilities').catch(() => {}); // whatever is asked next fails too
  }

  /**
   * Has QEMU carry out a command. The commands of one connection are carried out in their order. QEMU reads them a byte at a time, each with seven
   * calls of the system (monitor_can_read, as of 7.2), so they are no longer than they have to be.
   * @throws {failed} it says no, or ends
   */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.#over !== undefined)
      return Promise.reject(new MachineFault('failed', `${command}: ${this.#over}`));
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return waiting.promise.catch((error: Error) => {
      throw new MachineFault('failed', `${this.#name} did not ${command}: ${error.message}`, error);
    });
  }

  /** What waits for an answer fails. */
  close(why: string): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
    this.#stream.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_CHARS) return this.close('it said too much');
    for (const line of lines) this.#reply(line);
  }

  #reply(line: string): void {
    let reply: Reply;
    try {
      reply = JSON.parse(line) as Reply;
    } catch {
      return this.close('what it said is no JSON');
    }
    if (typeof reply !== 'object' || reply === null) return this.close('what it said is no object');
    if (typeof reply.event === 'string')
      this.#heard({ event: reply.event, data: reply.data ?? {} });
    if (typeof reply.id !== 'number') return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error) waiting?.reject(new Error(reply.error.desc));
    else waiting?.resolve(reply.return);
  }
}
