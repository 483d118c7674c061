import { type StoreError } from '#posiv-wit/generated/vstore.ts';
import { type Result, err, ok } from '#posiv-wit/result.ts';

/** `posiv:vstore/blobs` over memory, the part that map and reduce vTasks use. */
export class MemoryVStore {
  readonly blobs = new Map<string, Uint8Array>();
  readonly scratch = new Set<string>();
  /** Blobs that are there but cannot be read, as when their node is gone. */
  readonly unreachable = new Set<string>();
  /** The largest number of bytes that were asked for at once. */
  reads: { blob: string; offset: number; size: number }[] = [];
  #open = new Map<number, { kind: string; pieces: Uint8Array[] }>();
  #next = 1;

  put(bytes: Uint8Array): string {
    const id = `blob-${this.#next++}`;
    this.blobs.set(id, bytes);
    return id;
  }

  /** The functions of the interface, by their names in TypeScript. */
  interface(): Record<string, (...params: never[]) => unknown> {
    return {
      create: (kind: string) => {
        this.#open.set(this.#next, { kind, pieces: [] });
        return ok(this.#next++);
      },
      append: (writer: number, bytes: Uint8Array) => {
        this.#open.get(writer)?.pieces.push(bytes.slice());
        return ok();
      },
      seal: (writer: number) => {
        const open = this.#open.get(writer);
        this.#open.delete(writer);
        const id = this.put(Buffer.concat(open?.pieces ?? []));
        if (open?.kind === 'scratch') this.scratch.add(id);
        return ok(id);
      },
      abort: (writer: number) => void this.#open.delete(writer),
      read: (blob: string, offset: number | bigint, size: number) =>
        this.#read(blob, Number(offset), size),
      release: (blob: string) => {
        this.blobs.delete(blob);
        this.scratch.delete(blob);
        return ok();
      },
    };
  }

  get openWriters(): number {
    return this.#open.size;
  }

  #read(blob: string, offset: number, size: number): Result<Uint8Array, StoreError> {
    const bytes = this.blobs.get(blob);
    if (!bytes) return err({ tag: 'not-found', val: blob });
    if (this.unreachable.has(blob)) return err({ tag: 'unreachable', val: 'its node is gone' });
    this.reads.push({ blob, offset, size });
    return ok(bytes.subarray(offset, offset + size));
  }
}
