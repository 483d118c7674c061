import type { Cells } from '#kernel/cell/cells.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Router } from '#kernel/router.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

const GONE_AT_ONCE = 4_096; // their 180 KB are a tenth of what a frame between nodes may have

/** What follows when a lane is lost: its vTasks have ended without a word. */
export class LaneLosses {
  readonly #kernel: Kernel;
  readonly #cells: Cells;
  readonly #router: Router;

  constructor(kernel: Kernel, cells: Cells, router: Router) {
    this.#kernel = kernel;
    this.#cells = cells;
    this.#router = router;
  }

  lost(lane: number, why: string): void {
    const kernel = this.#kernel;
    kernel.leases.laneLost(lane);
    // One that was ended and has not confirmed may have left others waiting, too.
    const lost = [...kernel.table.values()].filter((each) => each.lane === lane && !each.confirmed);
    for (const vtask of lost) {
      kernel.table.end(vtask, { tag: 'lane-lost', val: why });
      kernel.confirmEnd(vtask);
    }
    for (const [tenant, vtasks] of Map.groupBy(lost, (each) => each.tenant))
      this.#tellGone(vtasks, tenant);
  }

  /** Nobody is left to answer for vTasks that ended with their lane: whoever may have something out to them hears of it. */
  #tellGone(vtasks: readonly VTask[], tenant: string): void {
    const { self, sendsOfNodes } = this.#kernel;
    sendsOfNodes.targetsGone(vtasks.map(({ vtid }) => vtid));
    for (let at = 0; at < vtasks.length; at += GONE_AT_ONCE) {
      const vtids = vtasks.slice(at, at + GONE_AT_ONCE).map(({ vtid }) => vtid);
      const frame = { tag: 'gone', val: { vtids } } as const;
      this.gone(frame, tenant);
      // Also a node that is suspected: while the connection stands nothing else tells those who wait there.
      for (const { id } of this.#kernel.view())
        if (id !== self) this.#router.toNode(id, frame, tenant);
    }
  }

  /** vTasks of a tenant, here or elsewhere, ended with their lane. */
  gone(frame: Extract<Frame, { tag: 'gone' }>, tenant: string): void {
    this.#cells.broadcast(frame, tenant);
    this.#kernel.sessions.broadcast(frame, tenant);
  }
}
