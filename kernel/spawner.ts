import type { Images } from '#kernel/images.ts';
import type { Cells } from '#kernel/cell/cells.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Names } from '#kernel/names.ts';
import { completeQuota, PAGE_BYTES } from '#kernel/quota.ts';
import type { Random } from '#kernel/random.ts';
import type { Router } from '#kernel/router.ts';
import type { Strategies } from '#kernel/strategies.ts';
import type { Tenants } from '#kernel/tenants.ts';
import { mintVtid, type NodeId } from '#kernel/vtid.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { ErrorCode, Options } from '#posiv-wit/generated/kernel.ts';
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
}

export interface SpawnerComponents {
  readonly self: NodeId;
  readonly random: Random;
  readonly table: VTaskTable;
  readonly cells: Cells;
  readonly router: Router;
  readonly images: Images;
  readonly names: Names;
  readonly strategies: Strategies;
  readonly tenants: Tenants;
  /** Bytes that the vTasks of this node hold now, and may hold in all. */
  readonly memory: () => { readonly used: number; readonly limit: number };
}

/** Makes vTasks on this node: admits or refuses, and changes nothing where it refuses. */
export class Spawner {
  readonly #components: SpawnerComponents;

  constructor(components: SpawnerComponents) {
    this.#components = components;
  }

  async create(creation: Creation): Promise<Result<VTask, ErrorCode>> {
    const { self, random, images, names, table } = this.#components;
    const quota = completeQuota(creation.options.quota);
    if (typeof quota === 'string') return err({ tag: 'quota-exceeded', val: quota });
    const memory = this.#components.memory();
    if (memory.used >= memory.limit)
      return err({
        tag: 'quota-exceeded',
        val: `node-memory: vTasks hold ${memory.used} of ${memory.limit} bytes`,
      });

    const { tenant } = creation;
    const beyond = this.#beyond(tenant);
    if (beyond) return err(beyond);

    const image = await images.prepare(creation.image, tenant);
    if (!image.ok) return image;
    const missing = image.value.missing(creation.grants);
    if (missing.length > 0) return err(lacks(creation.image, missing));

    const lane = await this.#lane(tenant, quota.memoryPages * PAGE_BYTES);
    if (lane === undefined)
      return err({ tag: 'quota-exceeded', val: `lanes: no lane of node ${self} takes it` });

    const vtid = mintVtid(self, random);
    let fencingToken = 0;
    if (creation.name !== undefined) {
      const claimed = await names.claim(tenant, {
        name: creation.name,
        vtid,
        image: creation.image,
        cmd: creation.cmd,
        owner: self,
      });
      if (!claimed.ok) return claimed;
      fencingToken = claimed.value;
    }
    if (!this.#components.cells.add(lane, vtid)) {
      if (creation.name !== undefined) await names.free(tenant, creation.name, fencingToken);
      return err({ tag: 'quota-exceeded', val: `lanes: the lane was lost; try again` });
    }
    const { environment, detached } = creation.options;
    const vtask = table.add({
      vtid,
      fencingToken,
      lane,
      name: creation.name,
      tenant,
      image: creation.image,
      program: image.value.program,
      cmd: creation.cmd,
      environment,
      grants: creation.grants,
      quota,
      creator: creation.creator,
      detached,
    });
    this.#toLane(vtask);
    return ok(vtask);
  }

  /** What of its quota a tenant has used up. */
  #beyond(tenant: string): ErrorCode | undefined {
    const quota = this.#components.tenants.quotaOf(tenant);
    if (!quota) return { tag: 'refused', val: `there is no tenant ${tenant}` };
    const { vtasks, memoryBytes } = this.#components.table.heldBy(tenant);
    if (vtasks >= quota.vtasks)
      return {
        tag: 'quota-exceeded',
        val: `tenant-vtasks: ${tenant} has ${vtasks} of ${quota.vtasks}`,
      };
    if (memoryBytes >= quota.memoryBytes)
      return {
        tag: 'quota-exceeded',
        val: `tenant-memory: vTasks of ${tenant} hold ${memoryBytes} of ${quota.memoryBytes} bytes`,
      };
    return undefined;
  }

  async #lane(tenant: string, memory: number): Promise<number | undefined> {
    const { cells, strategies, table } = this.#components;
    const held = new Map<number, number>();
    for (const { lane, state, memoryBytes } of table.values())
      if (lane >= 0 && !hasEnded(state)) held.set(lane, (held.get(lane) ?? 0) + memoryBytes);
    const view = cells.view(tenant, (lane) => held.get(lane) ?? 0);
    const chosen = await strategies.task.assign(view, memory);
    return view.some(({ lane }) => lane === chosen) ? chosen : undefined;
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
