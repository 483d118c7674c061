import type { Cells } from '#kernel/cell/cells.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Random } from '#kernel/random.ts';
import type { Creation } from '#kernel/spawner.ts';
import type { Tenants } from '#kernel/tenants.ts';
import { mintVtids, type OwnLife } from '#kernel/vtid.ts';
import type { NewVTask, VTask, VTaskTable } from '#kernel/vtask-table.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

// Whoever has made so many alike, one after another, is likely to make more.
const FIRST_AFTER = 8;
const FEWEST = 16;
const MOST = 1_024;
// For so long a lane may go on with what the managers said: less than people notice, and a thousand calls that are saved.
const VALID_MS = 100;

interface Lease {
  readonly id: number;
  /** What all that are made by it have in common. */
  readonly init: Omit<NewVTask, 'vtid' | 'cmd'>;
  /** Under which vTasks are made in this order. */
  readonly vtids: readonly string[];
  /** How many have been made. */
  made: number;
  /** Not all of it was used while it was valid. */
  returned: boolean;
}

/** What a creator has made alike. */
interface Streak {
  readonly path: string;
  count: number;
  last: Lease | undefined;
}

export interface LeasesComponents {
  readonly life: OwnLife;
  readonly random: Random;
  readonly table: VTaskTable;
  readonly tenants: Tenants;
  readonly cells: Cells;
  readonly toLane: (lane: number, frame: NodeFrame) => void;
}

/**
 * Lets lanes make vTasks without asking, where a creator makes many alike that do not live long: what the managers have said
 * of one holds for the next ones too, for a while (as a worker's lease in Ray does for tasks of one shape; Moritz et al., 2018).
 * Each is counted against its tenant from the time of the lease, and has a vtid that its node has made up.
 */
export class Leases {
  readonly #components: LeasesComponents;
  readonly #streaks = new Map<string, Streak>();
  readonly #leases = new Map<number, Lease>();
  readonly #reserved = new Map<string, number>();
  #lastId = 0;

  constructor(components: LeasesComponents) {
    this.#components = components;
  }

  /** vTasks of a tenant that its lanes may still make. */
  reservedFor(tenant: string): number {
    return this.#reserved.get(tenant) ?? 0;
  }

  /** A vTask was made here in the ordinary way: its creator's lane may get a lease for more like it. */
  made({ name, options, image, creator }: Creation, vtask: VTask): void {
    const maker = this.#components.table.get(creator);
    const isOrdinary = name === undefined && options === DEFAULT_OPTIONS;
    if (!isOrdinary || !maker || maker.lane !== vtask.lane || hasEnded(maker.state)) return;
    let streak = this.#streaks.get(creator);
    if (streak?.path !== image) streak = { path: image, count: 0, last: undefined };
    this.#streaks.set(creator, streak);
    streak.count += 1;
    if (streak.count < FIRST_AFTER) return;
    const room = Math.floor(this.#roomFor(vtask) / 2); // others of the tenant make some, too
    const count = Math.min(this.#next(streak.last), room);
    if (count < FEWEST) return;
    streak.last = this.#grant(vtask, count);
  }

  /** A lane has made the next vTask by a lease: what it was made with, or undefined where it may make no more. */
  born(lane: number, id: number, cmd: readonly string[]): NewVTask | undefined {
    const lease = this.#leases.get(id);
    if (lease?.init.lane !== lane) return undefined;
    const { init, vtids } = lease;
    const vtid = vtids[lease.made]!;
    lease.made += 1;
    this.#reserve(init.tenant, -1);
    if (lease.made === vtids.length) this.#leases.delete(id);
    return { ...init, vtid, cmd };
  }

  /** A lane gives a lease back. */
  over(lane: number, id: number): void {
    const lease = this.#leases.get(id);
    if (lease?.init.lane === lane) this.#drop(lease);
  }

  laneLost(lane: number): void {
    for (const lease of this.#leases.values()) if (lease.init.lane === lane) this.#drop(lease);
  }

  /** A vTask has ended, which may have made others. */
  ended(vtid: string): void {
    this.#streaks.delete(vtid);
  }

  /** How many more vTasks its tenant may have, and its cell. */
  #roomFor({ tenant, lane }: VTask): number {
    const { tenants, table, cells } = this.#components;
    const most = tenants.quotaOf(tenant)?.vtasks ?? 0;
    const room = most - table.heldBy(tenant).vtasks - this.reservedFor(tenant);
    return Math.min(room, cells.room(lane));
  }

  /** Twice as many as last time, if those that were made then were used up and most of them are no more; none while they live on. */
  #next(last: Lease | undefined): number {
    if (!last) return FEWEST;
    const { table } = this.#components;
    let living = 0;
    for (const vtid of last.vtids) {
      const vtask = table.get(vtid);
      if (vtask && !hasEnded(vtask.state)) living += 1;
    }
    if (living * 2 >= last.vtids.length) return 0;
    const wasUsed = !last.returned && last.made === last.vtids.length;
    return wasUsed ? Math.min(MOST, last.vtids.length * 2) : FEWEST;
  }

  #grant(like: VTask, count: number): Lease {
    const { life, random, toLane } = this.#components;
    const { lane, creator, tenant, image, program, grants, quota } = like;
    const { environment, detached, restart } = DEFAULT_OPTIONS;
    const init = {
      name: undefined,
      fencingToken: 0,
      tenant,
      image,
      program,
      environment,
      grants,
      quota,
      creator,
      detached,
      restart,
      made: undefined,
      lane,
    };
    const vtids = mintVtids(life, random, count);
    this.#lastId = (this.#lastId + 1) >>> 0;
    const lease: Lease = {
      id: this.#lastId,
      init,
      vtids,
      made: 0,
      returned: false,
    };
    this.#leases.set(lease.id, lease);
    this.#reserve(init.tenant, count);
    toLane(lane, {
      tag: 'lease',
      val: {
        id: lease.id,
        creator: creator!,
        path: image,
        image: program,
        grants,
        quota,
        vtids,
        validMs: VALID_MS,
      },
    });
    return lease;
  }

  #drop(lease: Lease): void {
    this.#leases.delete(lease.id);
    lease.returned = true;
    this.#reserve(lease.init.tenant, lease.made - lease.vtids.length);
  }

  #reserve(tenant: string, count: number): void {
    const reserved = this.reservedFor(tenant) + count;
    if (reserved === 0) this.#reserved.delete(tenant);
    else this.#reserved.set(tenant, reserved);
  }
}
