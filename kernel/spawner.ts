import type { Images, PreparedImage } from '#kernel/images.ts';
import type { Leases } from '#kernel/leases.ts';
import type { Cells } from '#kernel/cell/cells.ts';
import type { Durables } from '#kernel/durables.ts';
import type { LogBook } from '#kernel/log-book.ts';
import type { Logger } from '#kernel/logger.ts';
import { completeQuota } from '#kernel/quota.ts';
import type { Quotas } from '#kernel/quotas.ts';
import type { Random } from '#kernel/random.ts';
import type { Router } from '#kernel/router.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { wholeNode, type Tenants } from '#kernel/tenants.ts';
import { drained, mintVtid, type OwnLife } from '#kernel/vtid.ts';
import type { NewVTask, VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode, Options, Quota } from '#posiv-wit/generated/kernel.ts';
import type { LaneView, NodeLoad } from '#posiv-wit/generated/managers.ts';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** What a vTask is to be made of, once it is known that its creator may. */
export interface Creation {
  readonly creator: string;
  readonly tenant: string;
  readonly name: string | undefined;
  readonly image: string;
  readonly cmd: readonly string[];
  readonly grants: readonly string[];
  readonly options: Options;
  /** Of a durable one that is made again: the token of the record that it renews, and how often it was of late. */
  readonly renews?: { readonly fencingToken: number; readonly restarts: number };
}

export interface SpawnerComponents {
  readonly peers: OwnLife;
  readonly random: Random;
  readonly table: VTaskTable;
  readonly cells: Cells;
  readonly router: Router;
  readonly logger: Logger;
  readonly images: Images;
  readonly durables: Pick<Durables, 'claim' | 'giveUp'>;
  readonly logs: LogBook;
  readonly strategies: Strategies;
  readonly tenants: Tenants;
  readonly quotas: Quotas;
  readonly leases: Leases;
  readonly load: () => NodeLoad;
  /** This node takes no new vTasks; those who wanted it go on elsewhere. */
  readonly draining: () => boolean;
  /** Bytes that the vTasks of this node hold now, and may hold in all. */
  readonly memory: () => { readonly used: number; readonly limit: number };
}

/** What decides whether a node takes a vTask. */
export type Wanted = Pick<Creation, 'tenant' | 'image' | 'grants' | 'options'>;

/** What one that is taken has. */
interface Admitted {
  readonly quota: Quota;
  readonly tenantQuota: TenantQuota;
  readonly image: PreparedImage;
  readonly lane: number;
}

const CREATOR_ENDED: ErrorCode = { tag: 'refused', val: 'the creator has ended' };

/** A vTask that is being made, for a creator who may end meanwhile. */
interface UnderWay {
  readonly creator: string;
  orphaned: boolean;
}

/** Makes vTasks on this node: admits or refuses, and changes nothing where it refuses. */
export class Spawner {
  readonly #components: SpawnerComponents;
  /** Those whose names are being claimed: others may find them under these before they are in the table. */
  readonly #claiming = new Set<string>();
  readonly #underWay = new Set<UnderWay>();

  constructor(components: SpawnerComponents) {
    this.#components = components;
  }

  /** Whether a vTask is about to be in the table, unless it is refused. */
  isMaking(vtid: string): boolean {
    return this.#claiming.has(vtid);
  }

  /** For whom vTasks are being made. */
  get creators(): Set<string> {
    return new Set([...this.#underWay].map(({ creator }) => creator));
  }

  /** What is being made for it must not begin to live. */
  creatorEnded(creator: string): void {
    for (const each of this.#underWay) if (each.creator === creator) each.orphaned = true;
  }

  async create(creation: Creation): Promise<Result<VTask, ErrorCode>> {
    const { peers, random } = this.#components;
    const vtid = mintVtid(peers, random);
    const { creator } = creation;
    const underWay = { creator, orphaned: false };
    this.#underWay.add(underWay);
    if (creation.name !== undefined) this.#claiming.add(vtid);
    try {
      return await this.#make(creation, vtid, underWay);
    } finally {
      this.#underWay.delete(underWay);
      this.#claiming.delete(vtid);
    }
  }

  /** Whether this node would take a vTask now. Nothing is kept for it; its image is here then. */
  async admits(wanted: Wanted): Promise<Result<undefined, ErrorCode>> {
    const admitted = await this.#admit(wanted);
    return admitted.ok ? ok(undefined) : admitted;
  }

  async #admit(wanted: Wanted): Promise<Result<Admitted, ErrorCode>> {
    const { peers, quotas, tenants, load } = this.#components;
    const { tenant, options } = wanted;
    await quotas.scheduling.refresh(load);
    const bounds = quotas.boundsOf(tenant);
    const tenantQuota = tenants.quotaOf(tenant);
    if (!bounds || !tenantQuota)
      return err({ tag: 'refused', val: `there is no tenant ${tenant}` });
    const quota = completeQuota(options.quota, bounds);
    if (typeof quota === 'string') return err({ tag: 'quota-exceeded', val: quota });
    if (this.#components.draining()) return err({ tag: 'other', val: drained(peers.self).val });
    const beyond = this.#beyondNode() ?? this.#beyondTenant(tenant, tenantQuota);
    if (beyond) return err(beyond);
    const image = await this.#image(wanted, tenantQuota);
    if (!image.ok) return image;
    const lane = await this.#lane(tenant, quota.memoryPages * PAGE_BYTES);
    if (!lane.ok) return lane;
    return ok({ quota, tenantQuota, image: image.value, lane: lane.value });
  }

  async #make(
    creation: Creation,
    vtid: string,
    underWay: UnderWay,
  ): Promise<Result<VTask, ErrorCode>> {
    const { durables, quotas, table } = this.#components;
    const { tenant } = creation;
    const admitted = await this.#admit(creation);
    if (!admitted.ok) return admitted;
    const { quota, tenantQuota, image, lane } = admitted.value;

    let fencingToken = 0;
    if (creation.name !== undefined) {
      const claimed = await durables.claim(creation, vtid);
      if (!claimed.ok) return claimed;
      fencingToken = claimed.value;
    }
    // Others were made meanwhile; where limits are only counted, this one has been.
    const beyondNow = quotas.counting ? undefined : this.#beyondTenant(tenant, tenantQuota);
    const orphaned = underWay.orphaned && !creation.options.detached;
    const late = orphaned ? CREATOR_ENDED : (beyondNow ?? this.#addTo(lane, vtid));
    if (late) {
      if (creation.name !== undefined) durables.giveUp(creation, vtid);
      return err(late);
    }
    const { environment, detached, restart } = creation.options;
    const vtask = table.add({
      vtid,
      fencingToken,
      lane,
      name: creation.name,
      tenant,
      image: creation.image,
      program: image.program,
      cmd: creation.cmd,
      environment,
      grants: creation.grants,
      quota,
      creator: creation.creator,
      detached,
      restart,
      made: creation.name === undefined ? undefined : creation.options,
    });
    this.#begin(vtask);
    this.#toLane(vtask);
    this.#components.leases.made(creation, vtask);
    return ok(vtask);
  }

  /** Takes over a vTask that a lane has made by a lease, and that lives. */
  adopt(init: NewVTask): VTask {
    const { cells, table } = this.#components;
    const vtask = table.add(init);
    cells.add(vtask.lane, vtask.vtid);
    this.#begin(vtask);
    return vtask;
  }

  #begin(vtask: VTask): void {
    this.#components.logs.open(vtask.vtid, vtask.tenant);
    this.#components.quotas.lifetimes.follow(vtask);
  }

  #beyondNode(): ErrorCode | undefined {
    const { used, limit } = this.#components.memory();
    if (used < limit) return undefined;
    return {
      tag: 'quota-exceeded',
      val: `node-memory: vTasks hold ${used} of ${limit} bytes`,
    };
  }

  /** What of its quota a tenant has used up. */
  #beyondTenant(tenant: string, quota: TenantQuota): ErrorCode | undefined {
    const { quotas, leases, table } = this.#components;
    const { vtasks, memoryBytes } = table.heldBy(tenant);
    if (
      vtasks + leases.reservedFor(tenant) >= quota.vtasks &&
      quotas.refusesTenant(tenant, 'tenant-vtasks')
    )
      return {
        tag: 'quota-exceeded',
        val: `tenant-vtasks: ${tenant} has ${vtasks} of ${quota.vtasks}`,
      };
    if (memoryBytes >= quota.memoryBytes && quotas.refusesTenant(tenant, 'tenant-memory'))
      return {
        tag: 'quota-exceeded',
        val: `tenant-memory: vTasks of ${tenant} hold ${memoryBytes} of ${quota.memoryBytes} bytes`,
      };
    return undefined;
  }

  #addTo(lane: number, vtid: string): ErrorCode | undefined {
    if (this.#components.cells.add(lane, vtid)) return undefined;
    return { tag: 'quota-exceeded', val: `lanes: the lane was lost; try again` };
  }

  /** The image, if it is not too large and imports only what is granted. */
  async #image(
    { image, tenant, grants }: Wanted,
    { imageBytes }: TenantQuota,
  ): Promise<Result<PreparedImage, ErrorCode>> {
    const { images, quotas } = this.#components;
    const maxBytes = quotas.counting ? wholeNode(0).imageBytes : imageBytes;
    const prepared = await images.prepare(image, tenant, maxBytes);
    const isTooLarge = prepared.ok
      ? prepared.value.bytes > imageBytes
      : prepared.error.tag === 'quota-exceeded';
    if (isTooLarge) quotas.refusesTenant(tenant, 'image-bytes');
    if (!prepared.ok) return prepared;
    const missing = prepared.value.missing(grants);
    return missing.length > 0 ? err(lacks(image, missing)) : prepared;
  }

  async #lane(tenant: string, memory: number): Promise<Result<number, ErrorCode>> {
    const { cells, logger, peers, strategies, table } = this.#components;
    let view: readonly LaneView[];
    try {
      view = cells.view(tenant, (lane) => table.memoryOn(lane));
    } catch (error) {
      logger.warn('a tenant has no cell, for none can be started', { tenant, why: String(error) });
      return err({ tag: 'other', val: `node ${peers.self} cannot start a cell for ${tenant}` });
    }
    const chosen = await strategies.task.assign(view, memory);
    if (view.some(({ lane }) => lane === chosen)) return ok(chosen!);
    return err({ tag: 'quota-exceeded', val: `lanes: no lane of node ${peers.self} takes it` });
  }

  #toLane(vtask: VTask): void {
    const { vtid, lane, program, cmd, environment, grants, quota } = vtask;
    this.#components.router.toLane(lane, {
      tag: 'create',
      val: { vtid, image: program, cmd, environment, grants, quota },
    });
  }
}

function lacks(image: string, missing: readonly string[]): ErrorCode {
  return {
    tag: 'refused',
    val: `${image} imports what it is not granted: ${missing.join(', ')}; grant them or build it without`,
  };
}
