import type { Register, Registers } from '#kernel/registers.ts';
import { UnreachableError } from '#node/errors.ts';
import type { RegisterJournal } from '#node/registers/register-journal.ts';
import type { RegistersCalls } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const READ = 'posiv:wire/registers@0.1.0#read';
const SWAP = 'posiv:wire/registers@0.1.0#swap';
const PEEK = 'posiv:wire/registers@0.1.0#peek';

export interface SingleWriterComponents {
  readonly self: string;
  /** The whole roster. */
  readonly members: () => readonly string[];
  /** Whether the roster is agreed on. */
  readonly ready: () => boolean;
  /** The one of the members that writes a register. */
  readonly writerOf: (key: string, members: readonly string[]) => string;
  readonly journal: RegisterJournal;
  /** @throws when the node cannot be reached */
  readonly call: (node: string, name: string, params: readonly unknown[]) => Promise<unknown>;
}

/**
 * Registers without a quorum: each has one writer, chosen by rendezvous hashing over the roster. Where the writer cannot
 * be reached nobody guesses. A writer that a grown roster has just chosen asks every member for what it may have been
 * left, before it answers for a register for the first time.
 */
export class SingleWriterRegisters implements Registers {
  /** What other nodes may ask of this one. */
  readonly calls: RegistersCalls;
  readonly #components: SingleWriterComponents;
  /** One change of a register at a time. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(components: SingleWriterComponents) {
    this.#components = components;
    this.calls = {
      read: (key) => answer(() => this.#readHere(key)),
      swap: (key, expected, value) => answer(() => this.#swapHere(key, expected, value)),
      peek: (key) => components.journal.get(key),
    };
  }

  async read(key: string): Promise<Register> {
    const writer = this.#writerOf(key);
    if (writer === this.#components.self) return this.#readHere(key);
    return taken(writer, await this.#components.call(writer, READ, [key]));
  }

  async swap(key: string, expected: number, value: Uint8Array | undefined): Promise<Register> {
    const writer = this.#writerOf(key);
    if (writer === this.#components.self) return this.#swapHere(key, expected, value);
    return taken(writer, await this.#components.call(writer, SWAP, [key, expected, value]));
  }

  #writerOf(key: string): string {
    const { ready, members, writerOf } = this.#components;
    if (!ready())
      throw new UnreachableError('this node has not joined its cluster yet; try again in a moment');
    return writerOf(key, members());
  }

  #readHere(key: string): Promise<Register> {
    return this.#inTurn(key, () => this.#own(key));
  }

  #swapHere(key: string, expected: number, value: Uint8Array | undefined): Promise<Register> {
    return this.#inTurn(key, async () => {
      const own = await this.#own(key);
      if (own.version !== expected) return own;
      const next = { version: expected + 1, value };
      await this.#components.journal.put(key, next);
      return next;
    });
  }

  /** The register as its writer has it, with whatever an earlier writer left. */
  async #own(key: string): Promise<Register> {
    const { self, members, journal, call } = this.#components;
    if (this.#writerOf(key) !== self)
      throw new UnreachableError(`this node is not the writer of '${key}' any more; try again`);
    const own = journal.get(key);
    if (own.version > 0) return own;
    const others = members().filter((member) => member !== self);
    const found = await Promise.all(
      others.map((member) => call(member, PEEK, [key]) as Promise<Register>),
    );
    let newest = own;
    for (const each of found) if (each.version > newest.version) newest = each;
    if (newest.version > 0) await journal.put(key, newest);
    return newest;
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }
}

async function answer(work: () => Promise<Register>): Promise<Result<Register, string>> {
  try {
    return ok(await work());
  } catch (error) {
    return err((error as Error).message);
  }
}

function taken(writer: string, result: unknown): Register {
  const answered = result as Result<Register, string>;
  if (answered.ok) return answered.value;
  throw new UnreachableError(`node ${writer}: ${answered.error}`);
}
