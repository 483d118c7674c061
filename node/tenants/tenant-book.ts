import { createHash, randomBytes } from 'node:crypto';
import {
  completeTenantQuota,
  DEFAULT_TENANT,
  isTenantName,
  tenantLimits,
  wholeNode,
  type Tenants,
} from '#kernel/tenants.ts';
import { TenantError } from '#node/errors.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';

const TOKEN_BYTES = 24;

/** Those that every node has, without a token: its owner's, and the one of the system's own services. */
const BUILT_IN: readonly string[] = [DEFAULT_TENANT, 'system'];

interface Entry {
  readonly name: string;
  /** The sha256 of its token, in hex. */
  readonly tokenHash: string;
  readonly quota: TenantQuota;
}

/** As it was saved: by a version that knew fewer limits, or on a node that had more memory. */
interface Saved extends Omit<Entry, 'quota'> {
  readonly quota: Partial<TenantQuota>;
}

export interface TenantBookComponents {
  /** What was saved last; undefined for nothing. */
  readonly load: () => Promise<readonly Saved[] | undefined>;
  readonly save: (entries: readonly Entry[]) => Promise<void>;
}

/** The tenants of a node: their quotas, and the hashes of their tokens. */
export class TenantBook implements Tenants {
  readonly #save: TenantBookComponents['save'];
  readonly #memoryLimit: number;
  readonly #entries = new Map<string, Entry>();

  private constructor(save: TenantBookComponents['save'], memoryLimit: number) {
    this.#save = save;
    this.#memoryLimit = memoryLimit;
  }

  /** @param memoryLimit bytes that the vTasks of the node may hold in all */
  static async open(components: TenantBookComponents, memoryLimit: number): Promise<TenantBook> {
    const book = new TenantBook(components.save, memoryLimit);
    for (const saved of (await components.load()) ?? [])
      book.#entries.set(saved.name, { ...saved, quota: book.#restored(saved.quota) });
    return book;
  }

  /** Those that were added here and those that every node has, by name. */
  names(): readonly string[] {
    return [...BUILT_IN, ...this.#entries.keys()].toSorted();
  }

  /** How many were added here. */
  get added(): number {
    return this.#entries.size;
  }

  hasToken(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Whether it was added here, or every node has it. */
  isKnown(name: string): boolean {
    return this.#entries.has(name) || BUILT_IN.includes(name);
  }

  quotaOf(name: string): TenantQuota | undefined {
    const entry = this.#entries.get(name);
    if (entry) return entry.quota;
    if (BUILT_IN.includes(name)) return wholeNode(this.#memoryLimit);
    // Another node vouches for it.
    return isTenantName(name) ? this.#default() : undefined;
  }

  /** The tenant whose token this is. */
  tenantOf(token: string): string | undefined {
    const hash = hashOf(token);
    for (const { name, tokenHash } of this.#entries.values()) if (tokenHash === hash) return name;
    return undefined;
  }

  /**
   * Makes a tenant, durably. Returns its token.
   * @param quota with its defaults filled in; undefined for the default one
   * @throws {bad-tenant}
   */
  async add(name: string, quota: TenantQuota | undefined): Promise<string> {
    if (!isTenantName(name))
      throw new TenantError(
        `${JSON.stringify(name)} cannot name a tenant: take 1 to 63 of a-z 0-9 -, a letter or digit first`,
      );
    if (this.isKnown(name)) throw new TenantError(`there is a tenant ${name} already`);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const entry = { name, tokenHash: hashOf(token), quota: quota ?? this.#default() };
    await this.#save([...this.#entries.values(), entry]);
    this.#entries.set(name, entry);
    return token;
  }

  /**
   * Changes the quota of a tenant, durably.
   * @throws {bad-tenant}
   */
  async set(name: string, quota: TenantQuota): Promise<void> {
    const changed = { ...this.#added(name), quota };
    const others = [...this.#entries.values()].filter((entry) => entry.name !== name);
    await this.#save([...others, changed]);
    this.#entries.set(name, changed);
  }

  /**
   * Forgets a tenant, durably.
   * @throws {bad-tenant}
   */
  async remove(name: string): Promise<void> {
    this.#added(name);
    await this.#save([...this.#entries.values()].filter((entry) => entry.name !== name));
    this.#entries.delete(name);
  }

  /** @throws {bad-tenant} */
  #added(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    if (BUILT_IN.includes(name)) throw new TenantError(`every node has the tenant ${name}`);
    throw new TenantError(`there is no tenant ${name} on this node`);
  }

  #default(): TenantQuota {
    return this.#restored({});
  }

  #restored(quota: Partial<TenantQuota>): TenantQuota {
    const limits = tenantLimits(this.#memoryLimit);
    const fields = Object.keys(limits) as (keyof TenantQuota)[];
    const within = fields.map((field) => [
      field,
      Math.min(quota[field] ?? 0, limits[field].maximum),
    ]);
    const whole = completeTenantQuota(Object.fromEntries(within) as TenantQuota, this.#memoryLimit);
    if (typeof whole === 'string')
      throw new TenantError(`the quota of a tenant is damaged: ${whole}`);
    return whole;
  }
}

/** Tokens are random: a hash without salt and of one round is as hard to undo as they are to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
