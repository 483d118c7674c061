import { createHash } from 'node:crypto';
import type { Backend } from '#posiv-wit/generated/machine.ts';

/** 2: since `memoryOf` (arguments.ts). */
const TRANSLATED = 2;

/**
 * Names the kind of processor that machines have. A guest has found out once what its processor can do, and goes by that for ever:
 * so its memory goes on only on one that can do the same. QEMU promises that what a version has written the next can read for
 * named boards alone, and ours change with it: so its version has to be the same too.
 * @param version as QEMU says it
 * @param cpuinfo proc(5)
 */
export function cpuKind(backend: Backend, version: string, cpuinfo: string): string {
  const qemu = /version (\S+)/.exec(version)?.[1] ?? version;
  // What the translator offers is its own alone. The number is that of what machines have here: what has other memory cannot go on.
  if (backend === 'qemu-tcg') return `${backend} ${qemu} ${TRANSLATED}`;
  const line = (name: string): string =>
    new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? '';
  const flags = line('flags').split(' ').toSorted().join(' ');
  const digest = createHash('sha256').update(flags).digest('hex').slice(0, 12);
  return `${backend} ${qemu}, ${line('model name')} ${digest}`;
}
