import type { StoreQuota } from './components.ts';
import { QuotaExceededError } from './errors.ts';

/** The least that a blob counts as: a manifest takes a block of the disk, and a blob memory for as long as it is there. */
const LEAST_BYTES = 4_096;

/** What a durable blob of so many bytes counts as. */
export function chargeOf(size: number): number {
  return Math.max(size, LEAST_BYTES);
}

/**
 * What each tenant has of this node: the durable blobs whose home it is, from their first byte until they are collected,
 * whoever has bound them to a path meanwhile. Chunks that blobs share count for each.
 */
export class Holdings {
  readonly #quota: StoreQuota;
  readonly #bytes = new Map<string, number>();

  constructor(quota: StoreQuota) {
    this.#quota = quota;
  }

  /** In bytes. */
  of(tenant: string): number {
    return this.#bytes.get(tenant) ?? 0;
  }

  /** Those that have anything. */
  tenants(): readonly string[] {
    return [...this.#bytes.keys()].filter((tenant) => tenant !== '');
  }

  /**
   * Takes room for what is to be written.
   * @throws {quota-exceeded}
   */
  reserve(tenant: string, bytes: number): void {
    if (bytes <= 0) return;
    const why = this.#quota.refusal(tenant, this.of(tenant) + bytes);
    if (why !== undefined) throw new QuotaExceededError(why);
    this.add(tenant, bytes);
  }

  /** Counts what is there, however much that is. */
  add(tenant: string, bytes: number): void {
    this.#bytes.set(tenant, this.of(tenant) + bytes);
  }

  release(tenant: string, bytes: number): void {
    const left = this.of(tenant) - bytes;
    if (left > 0) this.#bytes.set(tenant, left);
    else this.#bytes.delete(tenant);
  }
}
