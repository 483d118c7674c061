import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PROCESS_FLAGS } from '#wasm-abi/engine-flags.ts';

/**
 * Threads with which the engine collects and compiles beside what runs: Node has four, whatever the machine. Where there are as many as processors
 * or more, a lane waits for those of its own cell, and a node's main thread for those of its own process.
 */
const ENGINE_THREADS = Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));

/** What a process that is to be a worker node has to be told before it starts. */
export interface ProcessSettings {
  /** For Node itself. */
  readonly execArgv: readonly string[];
  /** To be added to its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The whole environment of a cell, which is started with the same `execArgv`. */
  readonly cellEnv: Readonly<Record<string, string>>;
}

/** How a worker node's process is best started; it runs without, with more memory and more garbage collection. */
export function processSettings(cacheDir: string): ProcessSettings {
  // glibc would keep what megabytes of buffers leave behind in every thread's arena: 60 MB and more. What sockets are read
  // into (64 KiB) goes back to the system too: among what stays it would hold the heap at its largest.
  const allocator = {
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '60000',
    MALLOC_TRIM_THRESHOLD_: '131072',
  };
  return {
    execArgv: [...PROCESS_FLAGS, `--v8-pool-size=${ENGINE_THREADS}`],
    env: {
      // By the environment, for the threads of the lanes take it from there.
      NODE_COMPILE_CACHE: join(cacheDir, 'compiled'),
      ...allocator,
    },
    cellEnv: allocator,
  };
}
