import type { Backend } from '#posiv-wit/generated/machine.ts';
import { kvmFailure } from './kvm-probe.ts';
import { Qemu } from './qemu.ts';

/** What this machine can run machines by. */
export interface Backends {
  readonly qemu: Qemu | undefined;
  /** The fastest first. */
  readonly usable: readonly Backend[];
  /** Why not the others, or not so well, for people. */
  readonly missing: readonly string[];
}

/** Tries out what is installed. @param path where programs are looked for, as PATH has it */
export async function findBackends(path: string): Promise<Backends> {
  let qemu: Qemu;
  try {
    qemu = await Qemu.find(path);
  } catch (error) {
    return { qemu: undefined, usable: [], missing: [(error as Error).message] };
  }
  const why = await kvmFailure(qemu.emulator);
  const missing = [...qemu.confinement.off].map(
    ([tool, reason]) => `hypervisors lack a wall, ${tool}: ${reason}`,
  );
  if (why === undefined) return { qemu, usable: ['qemu-kvm', 'qemu-tcg'], missing };
  return { qemu, usable: ['qemu-tcg'], missing: [`qemu-kvm: ${why}`, ...missing] };
}
