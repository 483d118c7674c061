import type { Kernel } from '#kernel/kernel.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { BlobsCalls, StoreError } from '#posiv-wit/generated/vstore.ts';
import type { StoreCalls } from '#posiv-wit/generated/wire.ts';
import { err } from '#posiv-wit/result.ts';

interface Account {
  used: number;
  /** Bytes of the scratch blobs that it is writing. */
  readonly writers: Map<number, number>;
  /** Those that it has written and that have not been released. */
  readonly blobs: Set<string>;
}

interface Written {
  readonly account: Account;
  readonly bytes: number;
}

/** What each vTask of this node has written to scratch blobs, between it and its calls of vStore. */
export class ScratchAccounts {
  readonly #kernel: Kernel;
  readonly #accounts = new Map<string, Account>();
  readonly #written = new Map<string, Written>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The calls of a vTask, within its quota. */
  limited(blobs: BlobsCalls, vtid: string): BlobsCalls {
    return {
      ...blobs,
      create: async (kind) => {
        const made = await blobs.create(kind);
        if (made.ok && kind === 'scratch') this.#accountOf(vtid).writers.set(made.value, 0);
        return made;
      },
      append: async (writer, bytes) => {
        const account = this.#accounts.get(vtid);
        const before = account?.writers.get(writer);
        if (!account || before === undefined) return blobs.append(writer, bytes);
        const excess = this.#excess(this.#kernel.table.get(vtid), account.used + bytes.length);
        if (excess) return err(excess);
        account.used += bytes.length;
        account.writers.set(writer, before + bytes.length);
        const added = await blobs.append(writer, bytes);
        if (!added.ok) this.#giveBack(account, writer, bytes.length);
        return added;
      },
      seal: async (writer) => {
        const account = this.#accounts.get(vtid);
        const sealed = await blobs.seal(writer);
        const bytes = account?.writers.get(writer);
        if (!account || bytes === undefined) return sealed;
        account.writers.delete(writer);
        if (sealed.ok) {
          account.blobs.add(sealed.value);
          this.#written.set(sealed.value, { account, bytes });
        } else account.used -= bytes;
        return sealed;
      },
      abort: (writer) => {
        const account = this.#accounts.get(vtid);
        if (account) {
          account.used -= account.writers.get(writer) ?? 0;
          account.writers.delete(writer);
        }
        return blobs.abort(writer);
      },
      release: async (blob) => {
        const released = await blobs.release(blob);
        if (released.ok) this.#released(blob);
        return released;
      },
    };
  }

  /** The calls of other nodes, whose vTasks may release what those of this node have written for them. */
  followed(calls: StoreCalls): StoreCalls {
    return {
      ...calls,
      releaseBlob: async (releaser, blob) => {
        const released = await calls.releaseBlob(releaser, blob);
        if (released.ok) this.#released(blob);
        return released;
      },
    };
  }

  /** A vTask has ended: what it wrote and is still there is its creator's, and on nobody's account. */
  ended(vtid: string): void {
    for (const blob of this.#accounts.get(vtid)?.blobs ?? []) this.#written.delete(blob);
    this.#accounts.delete(vtid);
  }

  #accountOf(vtid: string): Account {
    const account = this.#accounts.get(vtid) ?? {
      used: 0,
      writers: new Map<number, number>(),
      blobs: new Set<string>(),
    };
    this.#accounts.set(vtid, account);
    return account;
  }

  #excess(vtask: VTask | undefined, bytes: number): StoreError | undefined {
    if (!vtask || bytes <= vtask.quota.scratchBytes) return undefined;
    const refused = this.#kernel.quotas.refuses(vtask, 'scratch-bytes');
    if (!refused && bytes <= VTASK_LIMITS.scratchBytes.maximum) return undefined;
    const val = `scratch-bytes: ${bytes} would be written, at most ${vtask.quota.scratchBytes}`;
    return { tag: 'quota-exceeded', val };
  }

  #giveBack(account: Account, writer: number, bytes: number): void {
    const now = account.writers.get(writer);
    if (now === undefined) return; // sealed or aborted meanwhile, with its account
    account.used -= bytes;
    account.writers.set(writer, now - bytes);
  }

  #released(blob: string): void {
    const written = this.#written.get(blob);
    if (!written) return;
    this.#written.delete(blob);
    written.account.blobs.delete(blob);
    written.account.used -= written.bytes;
  }
}
