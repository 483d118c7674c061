import { VtidMap } from '#kernel/vtid-map.ts';
import type { VTask } from '#kernel/vtask-table.ts';

const KEPT = 1_024;

/**
 * The last of the vTasks that had ended before their node heard of them, for whoever asks what became of one. Tens of thousands
 * come in a second, and each is forgotten before the collector has come by twice: so none grows old in its heap.
 */
export class BriefVTasks {
  readonly #byVtid = new VtidMap<VTask>();
  readonly #vtasks: VTask[] = [];
  #next = 0;

  add(vtask: VTask): void {
    const oldest = this.#vtasks[this.#next];
    if (oldest) this.#byVtid.delete(oldest.vtid);
    this.#vtasks[this.#next] = vtask;
    this.#byVtid.set(vtask.vtid, vtask);
    this.#next = (this.#next + 1) % KEPT;
  }

  get(vtid: string): VTask | undefined {
    return this.#byVtid.get(vtid);
  }

  get isEmpty(): boolean {
    return this.#vtasks.length === 0;
  }

  /** The oldest first. */
  values(): readonly VTask[] {
    return [...this.#vtasks.slice(this.#next), ...this.#vtasks.slice(0, this.#next)];
  }
}
