import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** The blobs of vStore, as far as the driver of machines uses them. */
export class MemoryBlobs {
  readonly #sealed = new Map<string, Buffer>();
  readonly #open = new Map<number, Uint8Array[]>();
  #writers = 0;
  /** Set where nothing more is to be taken. */
  isFull = false;
  /** Called before that is answered. */
  onFull: () => unknown = () => {};

  put(name: string, bytes: Uint8Array): string {
    this.#sealed.set(name, Buffer.from(bytes));
    return name;
  }

  /** How many bytes of one there are. */
  sizeOf(name: string): number | undefined {
    return this.#sealed.get(name)?.length;
  }

  /** Writers that were neither sealed nor given up. */
  get open(): number {
    return this.#open.size;
  }

  get calls(): BlobsCalls {
    const calls: Pick<BlobsCalls, 'size' | 'read' | 'create' | 'append' | 'seal' | 'abort'> = {
      size: (blob) => {
        const bytes = this.#sealed.get(blob);
        return bytes ? ok(bytes.length) : err({ tag: 'not-found', val: blob });
      },
      read: (blob, offset, size) => ok(this.#sealed.get(blob)!.subarray(offset, offset + size)),
      create: () => {
        this.#open.set((this.#writers += 1), []);
        return ok(this.#writers);
      },
      append: async (writer, bytes) => {
        if (this.isFull) {
          await this.onFull();
          return err({ tag: 'full', val: 'nothing more is taken' });
        }
        this.#open.get(writer)!.push(Buffer.from(bytes));
        return ok(undefined);
      },
      seal: (writer) => {
        const name = `blob-${writer}`;
        this.put(name, Buffer.concat(this.#open.get(writer)!));
        this.#open.delete(writer);
        return ok(name);
      },
      abort: (writer) => void this.#open.delete(writer),
    };
    return calls as BlobsCalls;
  }
}
