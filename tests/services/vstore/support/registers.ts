import type { Disk } from '#services/vstore/disk/disk.ts';
import { UnreachableError } from '#services/vstore/errors.ts';
import { openJournal } from '#services/vstore/journal.ts';
import type { PathRegisters } from '#services/vstore/vstore.ts';

type Register = Awaited<ReturnType<PathRegisters['read']>>;

const NEVER_WRITTEN: Register = { version: 0, value: undefined };

/** Registers of a cluster in one process: as those by consensus are, with nobody to ask. */
export class SharedRegisters {
  readonly #registers = new Map<string, Register>();
  /** Runs between the moment a change is asked for and that at which it is made. */
  beforeSwap: (node: string) => Promise<void> = () => Promise.resolve();
  /** Whether a change that is made is answered. */
  answers: (node: string) => boolean = () => true;

  /** @param hasQuorum whether a node reaches enough others */
  of(node: string, hasQuorum: () => boolean): PathRegisters {
    const reach = (): void => {
      if (!hasQuorum()) throw new UnreachableError('test: no quorum');
    };
    return {
      read: async (key) => {
        reach();
        return this.#registers.get(key) ?? NEVER_WRITTEN;
      },
      swap: async (key, expected, value) => {
        reach();
        await this.beforeSwap(node);
        reach();
        const before = this.#registers.get(key) ?? NEVER_WRITTEN;
        if (before.version !== expected) return { ...before, written: false };
        const after = { version: expected + 1, value };
        this.#registers.set(key, after);
        if (!this.answers(node)) throw new UnreachableError('test: the answer was lost');
        return { ...after, written: true };
      },
    };
  }
}

/** Registers of one node alone, in a journal. */
export async function diskRegisters(disk: Disk): Promise<PathRegisters & AsyncDisposable> {
  const registers = new Map<string, Register>();
  const journal = await openJournal(
    { disk, random: { bytes: (count) => new Uint8Array(count) } },
    {
      path: 'test-registers.journal',
      replay(record) {
        const { key, version, value } = JSON.parse(Buffer.from(record).toString()) as {
          key: string;
          version: number;
          value?: string;
        };
        const bytes = value === undefined ? undefined : Buffer.from(value, 'base64');
        registers.set(key, { version, value: bytes });
      },
    },
  );
  const read = async (key: string): Promise<Register> => registers.get(key) ?? NEVER_WRITTEN;
  return {
    read,
    async swap(key, expected, value) {
      const before = await read(key);
      if (before.version !== expected) return { ...before, written: false };
      const after = { version: expected + 1, value };
      const text = value && Buffer.from(value).toString('base64');
      const record = Buffer.from(JSON.stringify({ key, version: after.version, value: text }));
      await journal.append(record, () => registers.set(key, after));
      return { ...after, written: true };
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}
