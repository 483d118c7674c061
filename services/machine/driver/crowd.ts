import { getPriority } from 'node:os';
import { NICENESS } from '#kernel/cell/layout.ts';
import { setNiceness } from '#kernel/cell/niceness.ts';
import type { MachineComponents } from '../components.ts';

/** Of what runs a machine of a crowd, by nice(2): a third of the part that a cell has, whose niceness is 10. */
export const CROWD_NICENESS = 15;
const FEW = 16;

type CrowdComponents = Pick<MachineComponents, 'clock' | 'logger' | 'groups'>;

/**
 * The machines of a node that run. A few have the part of the processors that cells have, each. A crowd would leave little to who looks after
 * it: so all are lowered once there are more than a few, and stay so: to raise one takes a right.
 * Where cgroups divide the processors there is nothing to be done: all cells and machines together have their part there.
 */
export class Crowd {
  readonly #components: CrowdComponents;
  readonly #few: number;
  readonly #pids = new Set<number>();
  readonly #high = new Set<number>();
  /** One after the other: the system lets ten sessions a second be changed, whoever changes them. */
  #lowering: Promise<void> = Promise.resolve();

  constructor(components: CrowdComponents, few = FEW) {
    this.#components = components;
    this.#few = few;
  }

  /** With which one more is to be started: to lower one costs more. */
  get niceness(): number {
    return this.#pids.size < this.#few ? NICENESS : CROWD_NICENESS;
  }

  /**
   * One has been made. Resolves once all that are to be lowered have been.
   * @param pid of the process around all that it is run by
   * @param ended resolves once that process has: its number may be a stranger's from then on
   */
  async add(pid: number, ended: Promise<unknown>): Promise<void> {
    if (this.#components.groups?.weighs) return;
    this.#pids.add(pid);
    if (!isLow(pid)) this.#high.add(pid);
    void ended.then(() => {
      this.#pids.delete(pid);
      this.#high.delete(pid);
    });
    if (this.#pids.size <= this.#few) return;
    this.#lowering = this.#lowering.then(() => this.#lowerAll());
    await this.#lowering;
  }

  /** Those too that are added meanwhile. */
  async #lowerAll(): Promise<void> {
    for (const pid of this.#high) {
      this.#high.delete(pid);
      await this.#lower(pid);
    }
  }

  async #lower(pid: number): Promise<void> {
    const { clock, logger } = this.#components;
    await setNiceness(pid, CROWD_NICENESS, clock).catch((error: unknown) =>
      logger.warn('a machine has more of the processors than it is to have', {
        pid,
        why: String(error),
      }),
    );
  }
}

/** Whether it was started as one of a crowd. */
function isLow(pid: number): boolean {
  try {
    return getPriority(pid) >= CROWD_NICENESS;
  } catch {
    return true; // it has ended
  }
}
