import type { Settings } from '#kernel/cgroup/entering.ts';
import { OWN_BYTES } from '#kernel/cell/layers.ts';

// Of Node: V8's and libuv's threads, and bubblewrap's two processes.
const OWN_TASKS = 64;
// Of a lane: its thread. The next one starts before the one that it takes the place of has gone.
const LANE_TASKS = 4;

export interface CellBoundsInit {
  /** Threads of the cell. */
  readonly lanes: number;
  /** Bytes of memory that the vTasks of the node may hold in all. */
  readonly memoryLimit: number;
}

/** What a cell never comes near, as its cgroup has it: the same as the limits of its process, and of all that it could start. */
export function cellBounds({ lanes, memoryLimit }: CellBoundsInit): Settings {
  return {
    'memory.max': memoryLimit + OWN_BYTES,
    'memory.oom.group': 1, // half of a cell is none
    'pids.max': OWN_TASKS + LANE_TASKS * lanes,
  };
}
