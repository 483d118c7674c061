import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { LentFrame } from '#posiv-wit/generated/wire.ts';

const SPARES = 2;
const STEP_BYTES = 256 << 10; // sizes are rounded up, so that one serves for what differs a little

/** Reads what the node lends to the lanes of a cell, into memory that is used again. */
export class LentReader {
  readonly #folder: string;
  readonly #spares: ArrayBuffer[] = [];
  #given: ArrayBuffer[] = [];

  /** @param folder in which the node links what it lends */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The content of a file, verified; undefined where it cannot be read or has other bytes. */
  read({ file, size }: LentFrame): Uint8Array | undefined {
    const spare = this.#spares.findIndex((each) => each.byteLength >= size);
    const [memory = new ArrayBuffer(Math.ceil(size / STEP_BYTES) * STEP_BYTES)] =
      spare < 0 ? [] : this.#spares.splice(spare, 1);
    const bytes = new Uint8Array(memory, 0, size);
    this.#given.push(memory);
    try {
      fill(join(this.#folder, file), bytes);
    } catch {
      return undefined;
    }
    return createHash('sha256').update(bytes).digest('hex') === file ? bytes : undefined;
  }

  /** What was read until now is looked at by nobody any more. */
  spent(): void {
    for (const memory of this.#given) if (this.#spares.length < SPARES) this.#spares.push(memory);
    this.#given = [];
  }

  /** What was read until now may be looked at later: its memory is not used again. */
  forget(): void {
    this.#given = [];
  }
}

/** @throws whatever the file system does, or where there are fewer bytes */
function fill(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'r');
  try {
    for (let got = 0; got < bytes.length;) {
      const more = readSync(file, bytes, got, bytes.length - got, got);
      if (more === 0) throw new Error(`${path} ends after ${got} bytes`);
      got += more;
    }
  } finally {
    closeSync(file);
  }
}
