import { readdir, readFile } from 'node:fs/promises';

// What a node of five has once its guests have gone, with room: a bound on what may stay, not a figure.
const MOST_BYTES = 320 << 20;
const MOST_HANDLES = 160;

/** What the process of a node holds. */
export interface Footprint {
  /** Resident. */
  readonly bytes: number;
  /** Open files, sockets and pipes. */
  readonly handles: number;
}

/** Undefined for a process that is not there. */
export async function footprint(pid: number | undefined): Promise<Footprint | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => undefined);
  if (status === undefined) return undefined;
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return { bytes: kilobytes * 1_024, handles: handles.length };
}

/** What nodes hold that they should not, once nothing runs on them. */
export function excess(footprints: readonly (Footprint | undefined)[]): string[] {
  return footprints.flatMap((each, at) => [
    ...(each && each.bytes > MOST_BYTES ? [`m${at} holds ${each.bytes} bytes of memory`] : []),
    ...(each && each.handles > MOST_HANDLES ? [`m${at} holds ${each.handles} handles`] : []),
  ]);
}
