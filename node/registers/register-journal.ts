import type { Register } from '#kernel/registers.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { readKeptRegister, writeKeptRegister } from '#posiv-wit/generated/wire.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openJournal, type Journal } from '#services/vstore/journal.ts';

const NEVER_WRITTEN: Register = { version: 0, value: undefined };
// Rewritten when it is so much larger than what it holds.
const COMPACT_FACTOR = 4;
const COMPACT_FROM_BYTES = 1 << 20;

/** The registers that this node has written, durable before `put` resolves. */
export class RegisterJournal implements AsyncDisposable {
  readonly #registers = new Map<string, Register>();
  #journal!: Journal;

  private constructor() {}

  /** @throws {journal-format} {journal-corrupt} {full} */
  static async open(
    components: { disk: Disk; random: { bytes(n: number): Uint8Array } },
    path: string,
  ): Promise<RegisterJournal> {
    const made = new RegisterJournal();
    made.#journal = await openJournal(components, {
      path,
      replay(record) {
        const { key, register } = readKeptRegister(new Reader(record));
        // What was read points into the journal's own memory.
        const value = register.value && new Uint8Array(register.value);
        made.#registers.set(key, { version: register.version, value });
      },
    });
    return made;
  }

  get(key: string): Register {
    return this.#registers.get(key) ?? NEVER_WRITTEN;
  }

  async put(key: string, register: Register): Promise<void> {
    const record = encode(key, register);
    await this.#journal.append(record, () => this.#registers.set(key, register));
    if (
      this.#journal.size < COMPACT_FROM_BYTES ||
      this.#journal.size < COMPACT_FACTOR * this.#held()
    )
      return;
    const registers = this.#registers;
    await this.#journal.compact(function* () {
      for (const [each, kept] of registers) yield encode(each, kept);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }

  #held(): number {
    let bytes = 0;
    for (const [key, { value }] of this.#registers)
      bytes += key.length + (value?.byteLength ?? 0) + 16;
    return bytes;
  }
}

function encode(key: string, register: Register): Uint8Array {
  const writer = new Writer();
  writeKeptRegister(writer, { key, register });
  return writer.take();
}
