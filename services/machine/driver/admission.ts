import type { Shape } from '#posiv-wit/generated/machine.ts';
import type { Agent, MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';

const MIB = 1 << 20;

/** Of the host's memory, what machines of all nodes on it may be promised together: the rest is for the node, its vTasks and the files it reads. */
const PROMISED_SHARE = 0.75;
/** That stay free whatever is asked for. */
const SPARED_MEMORY_BYTES = 256 * MIB;
const SPARED_DISK_BYTES = 512 * MIB;

interface Promised {
  readonly tenant: string;
  readonly bytes: number;
}

/**
 * Decides whether a node takes one more machine: it refuses what it could not hold, where others would begin to swap. All the
 * memory of a machine counts, though a copy of a template begins with little of it; of its disk what there is to be written
 * for certain, since nobody writes all of it.
 */
export class Admission {
  readonly #components: Pick<MachineComponents, 'resources' | 'agents'>;
  readonly #folder: string;
  readonly #promised = new Set<Promised>();
  #told: Promise<void> = Promise.resolve();

  constructor(components: Pick<MachineComponents, 'resources' | 'agents'>, folder: string) {
    this.#components = components;
    this.#folder = folder;
  }

  get promised(): number {
    return this.#sum(() => true);
  }

  /** What it has, in bytes. */
  async room(): Promise<{ memoryLimit: number; memoryFree: number; diskFree: number }> {
    const { resources } = this.#components;
    const [{ total, available, others }, free] = await Promise.all([
      resources.memory(),
      resources.diskFree(this.#folder),
    ]);
    const memoryLimit = Math.floor(total * PROMISED_SHARE);
    const memoryFree = Math.min(
      memoryLimit - this.promised - others,
      available - SPARED_MEMORY_BYTES,
    );
    return { memoryLimit, memoryFree, diskFree: Math.max(0, free - SPARED_DISK_BYTES) };
  }

  /**
   * Promises what a machine may come to have.
   * @param overhead what its backend takes beside its memory, in bytes
   * @returns what gives it back
   * @throws {refused} {full} {quota-exceeded}
   */
  async admit(
    { tenant }: Pick<Agent, 'tenant'>,
    shape: Shape,
    overhead: number,
  ): Promise<() => void> {
    checkShape(shape);
    const bytes = shape.memory + overhead;
    const most = this.#components.agents.memoryOf(tenant);
    const held = this.#sum((each) => each.tenant === tenant);
    if (held + bytes > most)
      throw new MachineFault(
        'quota-exceeded',
        `tenant-memory: machines would have ${held + bytes} bytes, at most ${most}`,
      );
    // Promised at once: others are admitted while it is looked what there is.
    const promised = { tenant, bytes };
    this.#promised.add(promised);
    const release = (): void => {
      this.#promised.delete(promised);
      this.#tell().catch(() => {}); // who asks next tells it again
    };
    try {
      await this.#tell();
      const { memoryFree, diskFree } = await this.room();
      if (memoryFree < 0)
        throw new MachineFault(
          'full',
          `the node has no ${bytes} bytes of memory for one more machine`,
        );
      if (diskFree === 0)
        throw new MachineFault('full', 'the node has less than 512 MiB of disk free');
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** One after the other: what is told last is what holds. */
  #tell(): Promise<void> {
    const { resources } = this.#components;
    this.#told = this.#told.catch(() => {}).then(() => resources.promise(this.promised));
    return this.#told;
  }

  #sum(which: (each: Promised) => boolean): number {
    let sum = 0;
    for (const each of this.#promised) if (which(each)) sum += each.bytes;
    return sum;
  }
}

const LIMITS = {
  memory: [32 * MIB, 64 * 1024 * MIB, MIB],
  processors: [1, 16, 1],
  disk: [MIB, 1024 * 1024 * MIB, MIB],
} as const;

/** @throws {refused} */
function checkShape(shape: Shape): void {
  for (const [name, [least, most, unit]] of Object.entries(LIMITS)) {
    const value = shape[name as keyof Shape];
    if (value >= least && value <= most && value % unit === 0) continue;
    throw new MachineFault(
      'refused',
      `${name} is ${value}: from ${least} to ${most}, a multiple of ${unit}`,
    );
  }
}
