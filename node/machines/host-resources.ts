import { readFile, statfs } from 'node:fs/promises';
import type { HostResources } from '#services/machine/components.ts';

/** Of the machine that the node runs on. */
export const hostResources: HostResources = {
  async memory() {
    const text = await readFile('/proc/meminfo', 'utf8');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { total: bytes('MemTotal'), available: bytes('MemAvailable') };
  },
  async diskFree(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};
