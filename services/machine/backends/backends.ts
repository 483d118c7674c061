import { readFile } from 'node:fs/promises';
import type { Backend } from '#posiv-wit/generated/machine.ts';
import { Bubble } from '../container/bubble.ts';
import { findConfinement } from '../qemu/confinement.ts';
import { cpuKind } from '../qemu/cpu-kind.ts';
import { kvmFailure } from '../qemu/kvm-probe.ts';
import { Qemu } from '../qemu/qemu.ts';
import { V86 } from '../v86/v86.ts';

/** A way to run machines, or a wall around them, and whether it works here. */
export interface BackendCheck {
  readonly name: Backend | 'bwrap' | 'sh' | 'setpriv';
  readonly on: boolean;
  /** Why it is not on. */
  readonly why: string | undefined;
}

/** What this machine can run machines by. */
export interface Backends {
  readonly qemu: Qemu | undefined;
  readonly bubble: Bubble | undefined;
  readonly v86: V86 | undefined;
  /** All that was tried out. */
  readonly checks: readonly BackendCheck[];
  /** The fastest first. */
  readonly usable: readonly Backend[];
  /** What kind of processor the machines of each have: memory goes on only where this is the same. */
  readonly cpus: ReadonlyMap<Backend, string>;
  /** Why not the others, or not so well, for people: each begins with its name. */
  readonly missing: readonly string[];
}

const ORDER: readonly Backend[] = ['qemu-kvm', 'qemu-tcg', 'v86', 'container'];
const WALLS = ['bwrap', 'sh', 'setpriv'] as const;

/** Tries out what is installed. @param path where programs are looked for, as PATH has it */
export async function findBackends(path: string): Promise<Backends> {
  const walls = findConfinement(path);
  const [qemu, bubble, v86] = await Promise.all([
    tried(Qemu.find(path, walls)),
    tried(Bubble.find(path)),
    tried(V86.find(walls)),
  ]);
  const checks: BackendCheck[] = [
    ...(await qemuChecks(qemu)),
    { name: 'v86', on: v86.found !== undefined, why: v86.why },
    { name: 'container', on: bubble.found !== undefined, why: bubble.why },
  ];
  const on = new Set(checks.filter((each) => each.on).map(({ name }) => name));
  const usable = ORDER.filter((each) => on.has(each));
  const cpuinfo = await readFile('/proc/cpuinfo', 'utf8');
  const cpuOf = (backend: Backend): string =>
    backend === 'v86'
      ? `v86 ${v86.found?.version}`
      : cpuKind(backend, qemu.found?.version ?? '', cpuinfo);
  return {
    qemu: qemu.found,
    bubble: bubble.found,
    v86: v86.found,
    checks,
    usable,
    cpus: new Map(usable.map((each) => [each, cpuOf(each)])),
    missing: checks.flatMap((each) => (each.on ? [] : [`${each.name}: ${each.why ?? ''}`])),
  };
}

async function qemuChecks({ found, why }: Tried<Qemu>): Promise<BackendCheck[]> {
  if (!found) return (['qemu-kvm', 'qemu-tcg'] as const).map((name) => ({ name, on: false, why }));
  const slow = await kvmFailure(found.emulator);
  return [
    { name: 'qemu-kvm', on: slow === undefined, why: slow },
    { name: 'qemu-tcg', on: true, why: undefined },
    ...WALLS.map((name) => {
      const missing = found.confinement.off.get(name);
      return { name, on: missing === undefined, why: missing };
    }),
  ];
}

interface Tried<T> {
  readonly found: T | undefined;
  readonly why: string | undefined;
}

async function tried<T>(finding: Promise<T>): Promise<Tried<T>> {
  try {
    return { found: await finding, why: undefined };
  } catch (error) {
    return { found: undefined, why: (error as Error).message };
  }
}
