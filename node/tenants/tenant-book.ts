import { createHash, randomBytes } from 'node:crypto';
import { DEFAULT_TENANT, isTenantName, type TenantQuota, type Tenants } from '#kernel/tenants.ts';
import { TenantError } from '#node/errors.ts';

const TOKEN_BYTES = 24;
const DEFAULT_VTASKS = 10_000;
const MAX_VTASKS = 1_000_000;

/** Those that every node has, without a token: its owner's, and the one of the system's own services. */
const BUILT_IN: readonly string[] = [DEFAULT_TENANT, 'system'];

interface Entry {
  readonly name: string;
  /** The sha256 of its token, in hex. */
  readonly tokenHash: string;
  readonly quota: TenantQuota;
}

export interface TenantBookComponents {
  /** What was saved last; undefined for nothing. */
  readonly load: () => Promise<readonly Entry[] | undefined>;
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
    for (const entry of (await components.load()) ?? []) book.#entries.set(entry.name, entry);
    return book;
  }

  /** Those that were added here and those that every node has, by name. */
  names(): readonly string[] {
    return [...BUILT_IN, ...this.#entries.keys()].toSorted();
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
    if (BUILT_IN.includes(name)) return { vtasks: MAX_VTASKS, memoryBytes: this.#memoryLimit };
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
   * Forgets a tenant, durably.
   * @throws {bad-tenant}
   */
  async remove(name: string): Promise<void> {
    if (BUILT_IN.includes(name)) throw new TenantError(`every node has the tenant ${name}`);
    if (!this.#entries.has(name)) throw new TenantError(`there is no tenant ${name} on this node`);
    await this.#save([...this.#entries.values()].filter((entry) => entry.name !== name));
    this.#entries.delete(name);
  }

  #default(): TenantQuota {
    return { vtasks: DEFAULT_VTASKS, memoryBytes: Math.floor(this.#memoryLimit / 4) };
  }
}

/** Tokens are random: a hash without salt and of one round is as hard to undo as they are to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
