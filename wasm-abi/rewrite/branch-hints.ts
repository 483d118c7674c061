import { ByteReader } from '../binary/byte-reader.ts';
import type { CoreModule } from '../binary/core-module.ts';
import { MalformedImageError } from '../errors.ts';
import { ByteWriter } from './byte-writer.ts';

export const HINT_SECTION = 'metadata.code.branch_hint';

const CODE = 10;

/** Which way a branch will probably go. Offsets are bytes from where the function's locals are declared. */
export interface BranchHint {
  readonly offset: number;
  readonly likely: number;
}

/**
 * The hints that a module brings, by function index. They change nothing but speed, so those that cannot be read are left
 * out, as the engine does.
 */
export function readBranchHints(
  bytes: Uint8Array,
  { sections }: CoreModule,
): ReadonlyMap<number, readonly BranchHint[]> {
  const hints = new Map<number, BranchHint[]>();
  const code = sections.find(({ id }) => id === CODE)?.start ?? 0;
  for (const { id, start, body, end } of sections) {
    if (id !== 0 || start > code) continue;
    const reader = new ByteReader(bytes, body, end, 'custom');
    if (reader.name() !== HINT_SECTION) continue;
    try {
      for (let left = reader.count(); left > 0; left--) {
        const index = reader.u32();
        const list: BranchHint[] = [];
        for (let each = reader.count(); each > 0; each--) {
          const offset = reader.u32();
          if (reader.u32() !== 1 || offset <= (list.at(-1)?.offset ?? -1)) return new Map();
          list.push({ offset, likely: reader.u8() & 1 });
        }
        hints.set(index, list);
      }
    } catch (error) {
      if (error instanceof MalformedImageError) return new Map();
      throw error;
    }
    return hints;
  }
  return hints;
}

/** Collects the hints of a module that is being written, function by function. */
export class BranchHintWriter {
  readonly #functions = new ByteWriter(64 * 1024);
  readonly #list = new ByteWriter();
  #functionCount = 0;
  #count = 0;

  add(offset: number, likely: number): void {
    this.#list.u32(offset);
    this.#list.u8(1);
    this.#list.u8(likely);
    this.#count++;
  }

  /** Ends the function whose hints were added. */
  endFunction(index: number): void {
    if (this.#count === 0) return;
    this.#functions.u32(index);
    this.#functions.u32(this.#count);
    this.#functions.bytes(this.#list.written());
    this.#list.clear();
    this.#count = 0;
    this.#functionCount++;
  }

  /** The custom section; it comes before the code. */
  write(out: ByteWriter): void {
    if (this.#functionCount === 0) return;
    const body = new ByteWriter(this.#functions.length + 64);
    body.name(HINT_SECTION);
    body.u32(this.#functionCount);
    body.bytes(this.#functions.written());
    out.section(0, body);
  }
}
