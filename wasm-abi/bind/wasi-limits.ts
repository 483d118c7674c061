import type { Awaitable } from '#posiv-wit/result.ts';
import { ERRNO } from './wasi-memory.ts';

/** As POSIX has it. */
const MAX_PATH_BYTES = 4_096;

/** As Linux has it. */
const MAX_VECTORS = 1_024;

/** What one call may ask for: the host does not let others run meanwhile. libc asks for 256 at most. */
const MAX_RANDOM_BYTES = 65_536;

// oxlint-disable-next-line typescript/no-explicit-any -- numbers, and BigInts for 64 bits, as each function has them
export type WasiFunction = (...params: any[]) => Awaitable<number>;

const path = (...indexes: number[]): Limit => ({
  indexes,
  limit: MAX_PATH_BYTES,
  errno: ERRNO.nametoolong,
});
const vectors: Limit = { indexes: [2], limit: MAX_VECTORS, errno: ERRNO.inval };

/** One number of a call decides how long the host works for it. */
interface Limit {
  /** Of the parameters that it holds for. */
  readonly indexes: readonly number[];
  readonly limit: number;
  readonly errno: number;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  fd_read: vectors,
  fd_pread: vectors,
  fd_write: vectors,
  fd_pwrite: vectors,
  path_create_directory: path(2),
  path_filestat_get: path(3),
  path_filestat_set_times: path(3),
  path_link: path(3, 6),
  path_open: path(3),
  path_readlink: path(2),
  path_remove_directory: path(2),
  path_rename: path(2, 5),
  path_symlink: path(1, 4),
  path_unlink_file: path(2),
  random_get: { indexes: [1], limit: MAX_RANDOM_BYTES, errno: ERRNO.inval },
};

/** A function of WASI that refuses to work without bound. */
export function limited(name: string, call: WasiFunction): WasiFunction {
  const limit = LIMITS[name];
  if (!limit) return call;
  return (...params) =>
    limit.indexes.some((index) => Number(params[index]) >>> 0 > limit.limit)
      ? limit.errno
      : call(...params);
}
