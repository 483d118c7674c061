import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import type { Settings } from '#kernel/cgroup/entering.ts';
import type { Backend, Shape } from '#posiv-wit/generated/machine.ts';
import { promisedBytes } from './backends/kinds.ts';
import type { MachineComponents } from './components.ts';

const MIB = 1 << 20;
/** What a process has of a processor's part, for each that it gives its machine. */
const WEIGHT = 100;
/** Of what passes through it: what its cgroup counts as its own beside its memory. */
const PASSING_BYTES = 256 * MIB;
/** QEMU reads and writes disks by up to 64 threads at a time. */
const THREADS = 128;

/** What a hypervisor never comes near, as its cgroup has it. */
export function hypervisorBounds(
  { memory, processors }: Pick<Shape, 'memory' | 'processors'>,
  backend: Backend,
): Settings {
  return {
    'cpu.weight': WEIGHT * processors,
    'memory.max': promisedBytes(memory, backend) + PASSING_BYTES,
    'memory.oom.group': 1,
    'pids.max': THREADS + processors,
  };
}

/**
 * Where a process of a machine is to be started among the cgroups of its machine; undefined where there are none.
 * @param check throws where it is not to be started any more, meanwhile
 */
export async function groupFor(
  groups: MachineComponents['groups'],
  tenant: string,
  bounds: Settings,
  check: () => void,
): Promise<ProcessGroup | undefined> {
  const group = await groups?.machine(tenant, bounds);
  try {
    check();
    return group;
  } catch (error) {
    await group?.close();
    throw error;
  }
}
