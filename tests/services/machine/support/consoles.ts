import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { Agents } from '#services/machine/components.ts';

const SHOWN_CHARS = 600;

/** What a machine has said, and how it has ended. */
export class Console {
  readonly #ended = Promise.withResolvers<ExitReason>();
  readonly #waiting = new Set<() => void>();
  #text = '';
  #end: ExitReason | undefined;
  #over: string | undefined;

  /** All that it has said so far. */
  get text(): string {
    return this.#text;
  }

  /** How it has ended by itself, if it has. */
  get end(): ExitReason | undefined {
    return this.#end;
  }

  /** Resolves with how it has ended by itself. */
  get ended(): Promise<ExitReason> {
    return this.#ended.promise;
  }

  /** Waits until what it has said in all is as wanted. @throws it ends before: with how, and what it has said last */
  async until(isSo: (text: string) => boolean): Promise<void> {
    while (!isSo(this.#text)) {
      if (this.#over !== undefined)
        throw new Error(`${this.#over}; it said at last: ${this.#text.slice(-SHOWN_CHARS)}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  said(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    this.#changed();
  }

  endedBy(reason: ExitReason): void {
    this.#end = reason;
    this.#ended.resolve(reason);
    this.gone(`the machine has ended: ${JSON.stringify(reason)}`);
  }

  /** Nothing more is said, and nobody is told how it ends. */
  gone(why: string): void {
    this.#over ??= why;
    this.#changed();
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each();
  }
}

/** Those of the agents of a driver, by their vtids. */
export class Consoles {
  readonly #all = new Map<string, Console>();

  of(vtid: string): Console {
    const known = this.#all.get(vtid) ?? new Console();
    this.#all.set(vtid, known);
    return known;
  }

  /** Its node has ended. */
  gone(why: string): void {
    for (const each of this.#all.values()) each.gone(why);
  }

  /** The vTasks of a node, who say and hear everything here and may have any memory. */
  get agents(): Agents {
    return {
      said: ({ vtid }, bytes) => this.of(vtid).said(bytes),
      end: ({ vtid }, reason) => this.of(vtid).endedBy(reason),
      memoryOf: () => Number.POSITIVE_INFINITY,
    };
  }
}
