import { join } from 'node:path';

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
    execArgv: [
      // A node makes little garbage: a small young generation saves 20 MB and costs nothing that shows.
      '--max-semi-space-size=2',
      // What it reads and sends lies outside of V8's heap, which would have a whole collection for every 64 MB of it.
      '--external-memory-accounted-in-global-limit',
      // The heap itself is small, so V8's own factor would have it collected for every few megabytes of buffers.
      '--heap-growing-percent=60',
    ],
    env: {
      // By the environment, for the threads of the lanes take it from there.
      NODE_COMPILE_CACHE: join(cacheDir, 'compiled'),
      ...allocator,
    },
    cellEnv: allocator,
  };
}
