import { readFile } from 'node:fs/promises';
import type { Backend } from '#posiv-wit/generated/machine.ts';
import { cpuKind } from './cpu-kind.ts';
import { kvmFailure } from './kvm-probe.ts';
import { Qemu } from './qemu.ts';

/** A way to run machines, or a wall around them, and whether it works here. */
export interface BackendCheck {
  readonly name: Backend | 'bwrap' | 'prlimit' | 'setpriv';
  readonly on: boolean;
  /** Why it is not on. */
  readonly why: string | undefined;
}

/** What this machine can run machines by. */
export interface Backends {
  readonly qemu: Qemu | undefined;
  /** All that was tried out. */
  readonly checks: readonly BackendCheck[];
  /** The fastest first. */
  readonly usable: readonly Backend[];
  /** What kind of processor the machines of the first have: memory goes on only where this is the same. */
  readonly cpu: string;
  /** Why not the others, or not so well, for people. */
  readonly missing: readonly string[];
}

const WALLS = ['bwrap', 'prlimit', 'setpriv'] as const;

/** Tries out what is installed. @param path where programs are looked for, as PATH has it */
export async function findBackends(path: string): Promise<Backends> {
  let qemu: Qemu;
  try {
    qemu = await Qemu.find(path);
  } catch (error) {
    const why = (error as Error).message;
    const checks = (['qemu-kvm', 'qemu-tcg'] as const).map((name) => ({ name, on: false, why }));
    return { qemu: undefined, checks, usable: [], cpu: '', missing: [why] };
  }
  const why = await kvmFailure(qemu.emulator);
  const checks: BackendCheck[] = [
    { name: 'qemu-kvm', on: why === undefined, why },
    { name: 'qemu-tcg', on: true, why: undefined },
  ];
  for (const name of WALLS) {
    const missing = qemu.confinement.off.get(name);
    checks.push({ name, on: missing === undefined, why: missing });
  }
  const usable: Backend[] = why === undefined ? ['qemu-kvm', 'qemu-tcg'] : ['qemu-tcg'];
  return {
    qemu,
    checks,
    usable,
    cpu: cpuKind(usable[0]!, qemu.version, await readFile('/proc/cpuinfo', 'utf8')),
    missing: checks.flatMap((each) => (each.on ? [] : [`${each.name}: ${each.why ?? ''}`])),
  };
}
