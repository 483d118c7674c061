// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** What the vTasks of a tenant may hold on one node, all together. */
export interface TenantQuota {
  /** vTasks that have not ended. */
  readonly vtasks: number;
  /** Bytes of linear memory. A vTask is refused once the tenant holds so much; those that live may still grow. */
  readonly memoryBytes: number;
}

export function writeTenantQuota(w: ValueWriter, v: TenantQuota): void {
  w.u32(v.vtasks);
  w.u64(v.memoryBytes);
}

export function readTenantQuota(r: ValueReader): TenantQuota {
  return { vtasks: r.u32(), memoryBytes: r.u64() };
}

/** A tenant, as the node that answers sees it. */
export interface Tenant {
  readonly name: string;
  readonly quota: TenantQuota;
  /** Living vTasks on this node. */
  readonly vtasks: number;
  /** Bytes of linear memory that they hold, as last reported. */
  readonly memoryBytes: number;
  /** The ids of the processes that hold them; none where they run in threads of the node. */
  readonly cells: readonly number[];
  /** Whether it has a token of this node. */
  readonly hasToken: boolean;
}

export function writeTenant(w: ValueWriter, v: Tenant): void {
  w.string(v.name);
  writeTenantQuota(w, v.quota);
  w.u32(v.vtasks);
  w.u64(v.memoryBytes);
  w.count(v.cells.length);
  for (const item1 of v.cells) {
    w.u32(item1);
  }
  w.bool(v.hasToken);
}

export function readTenant(r: ValueReader): Tenant {
  const part4 = r.string();
  const part5 = readTenantQuota(r);
  const part6 = r.u32();
  const part7 = r.u64();
  const count2 = r.count(1);
  const items1: number[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.u32());
  }
  const part8 = items1;
  const part9 = r.bool();
  return {
    name: part4,
    quota: part5,
    vtasks: part6,
    memoryBytes: part7,
    cells: part8,
    hasToken: part9,
  };
}

/**
 * Who may have vTasks, and how much of a node. For the owner of a node alone: a tenant's own sessions and vTasks are not
 * granted it.
 */
export interface TenantsCalls {
  /** The tenants that this node knows: those that were added here, and those of other nodes that have vTasks here. */
  list(): Awaitable<readonly Tenant[]>;

  /**
   * Makes a tenant. Returns its token, which nobody can be told again: the node keeps a hash of it. None stands for the
   * default quota: 10,000 vTasks, and a quarter of what the node's vTasks may hold. A name has 1 to 63 of `a-z 0-9 -`, a
   * letter or digit first.
   *
   * Errors: `refused` (there is one of this name, or it is malformed).
   */
  add(name: string, quota: TenantQuota | undefined): Awaitable<Result<string, ErrorCode>>;

  /**
   * Takes a tenant away from this node: its token is void, its sessions and its vTasks here end.
   *
   * Errors: `refused` (there is none, or it is one that every node has).
   */
  remove(name: string): Awaitable<Result<undefined, ErrorCode>>;
}

