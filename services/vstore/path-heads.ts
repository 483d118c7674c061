import type { Stat } from '#posiv-wit/generated/vstore.ts';
import type { PathHead } from '#posiv-wit/generated/wire.ts';
import type { BlobCopies } from './blob-copies.ts';
import { parseBlobId } from './blob-id.ts';
import type { Clock, NodeId, PathRegisters } from './components.ts';
import { NotFoundError, RefusedError, UnreachableError } from './errors.ts';
import { Locks } from './locks.ts';
import { checkPath } from './path.ts';
import type { PathIndex } from './path-index.ts';
import { encodeStat, headOf, pathKey } from './path-register.ts';

const ATTEMPTS = 8; // against other nodes that change the same path at the same time
const TRUST_HOLD_MS = 60_000; // of the time that a blob is held, less what an answer and a slow disk take

export interface PathHeadsComponents {
  readonly registers: PathRegisters;
  readonly index: PathIndex;
  readonly copies: BlobCopies;
  readonly clock: Clock;
}

interface Change {
  readonly before: Stat | undefined;
  readonly after: Stat | undefined;
}

/** What paths stand for: each in a register that all nodes agree on, changed by whoever wants to change it. */
export class PathHeads {
  readonly #registers: PathRegisters;
  readonly #index: PathIndex;
  readonly #copies: BlobCopies;
  readonly #clock: Clock;
  readonly #locks = new Locks(); // changes of one node do not get in each other's way

  constructor({ registers, index, copies, clock }: PathHeadsComponents) {
    this.#registers = registers;
    this.#index = index;
    this.#copies = copies;
    this.#clock = clock;
  }

  /** @throws {refused} {not-found} {unreachable} {corrupt} {full} */
  async bind(path: unknown, blob: string): Promise<Stat> {
    checkPath(path);
    const name = parseBlobId(blob);
    if (name.scratch)
      throw new RefusedError(`blob ${blob} is scratch: a path stands for durable blobs only`);
    let heldAt = this.#clock.now();
    const size = await this.#copies.hold(name);
    const stat: Stat = { path, size, blob, modifiedMs: this.#clock.wallTime() };
    const { before } = await this.#change(path, async () => {
      if (this.#clock.now() - heldAt > TRUST_HOLD_MS) {
        heldAt = this.#clock.now();
        await this.#copies.hold(name);
      }
      return stat;
    });
    if (before !== undefined && before.blob !== blob) this.#copies.tellUnbound(before.blob);
    return stat;
  }

  /** @throws {refused} {not-found} {unreachable} */
  async stat(path: unknown): Promise<Stat> {
    checkPath(path);
    return found(path, (await this.read(path)).stat);
  }

  /** @throws {refused} {not-found} {unreachable} {full} */
  async delete(path: unknown): Promise<void> {
    checkPath(path);
    const { before } = await this.#change(path, (current) => {
      found(path, current);
      return undefined;
    });
    if (before !== undefined) this.#copies.tellUnbound(before.blob);
  }

  /**
   * What the register has.
   * @throws {unreachable} {corrupt}
   */
  async read(path: string): Promise<PathHead> {
    return headOf(path, await this.#registers.read(pathKey(path)));
  }

  /**
   * Writes what the register has once more: whoever was about to change it, and has not been heard of since, cannot.
   * @throws {unreachable} {full}
   */
  async renew(path: string): Promise<void> {
    await this.#change(path, (current) => current);
  }

  #change(
    path: string,
    decide: (current: Stat | undefined) => Stat | undefined | Promise<Stat | undefined>,
  ): Promise<Change> {
    return this.#locks.run(path, async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { version, stat: before } = await this.read(path);
        const after = await decide(before);
        const head = { version: version + 1, stat: after, settled: false };
        const told = await this.#index.intend(path, head);
        if (await this.#swap(path, head, told)) return { before, after };
      }
      throw new UnreachableError(`${path} is being changed by others: try again`);
    });
  }

  async #swap(path: string, head: PathHead, told: readonly NodeId[]): Promise<boolean> {
    const value = head.stat && encodeStat(head.stat);
    const after = await this.#registers.swap(pathKey(path), head.version - 1, value);
    this.#index.tell(path, headOf(path, after), told);
    return after.written;
  }
}

function found(path: string, stat: Stat | undefined): Stat {
  if (stat !== undefined) return stat;
  throw new NotFoundError(`nothing is bound to ${path}`);
}
