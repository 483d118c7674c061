import { ERRNO, WasiMemory } from './wasi-memory.ts';

/**
 * What a program may write to its files in all; they live in the memory of the host. Deleted bytes stay counted: it is a
 * place for temporary files, not a store.
 */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** What a file, folder or link takes of that by itself, names included. */
const ENTRY_BYTES = 4_096;

/** Descriptors that it may hold open beside those that it began with; each costs the host 200 bytes. Linux has as many. */
const MAX_OPEN = 1_024;

const O_CREAT = 1;
const SEEK_SET = 0;
const SEEK_CUR = 1;
const SEEK_END = 2;

// oxlint-disable-next-line typescript/no-explicit-any -- numbers, and BigInts for 64 bits, as each function has them
export type LibraryFunction = (...params: any[]) => number;

/** The functions of the library by which files and descriptors become more, each within the program's bound. */
export function boundedFiles(
  wasi: Record<string, LibraryFunction>,
  memory: () => WebAssembly.Memory,
): Record<string, LibraryFunction> & { fd_write: LibraryFunction } {
  let left = MAX_FILE_BYTES;
  const opened = new Set<number>();
  const charge = (bytes: number): boolean => {
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
  const library = (name: string, ...params: unknown[]): number =>
    wasi[name]?.(...params) ?? ERRNO.inval;
  const entry =
    (name: string): LibraryFunction =>
    (...params) =>
      charge(ENTRY_BYTES) ? library(name, ...params) : ERRNO.nospc;
  return {
    fd_write: (fd, vectors, count, written) =>
      charge(new WasiMemory(memory()).vectorsSize(vectors, count))
        ? library('fd_write', fd, vectors, count, written)
        : ERRNO.nospc,
    fd_pwrite: (fd, vectors, count, offset, written) => {
      if (offset < 0n || offset > BigInt(MAX_FILE_BYTES)) return ERRNO.fbig;
      const size = new WasiMemory(memory()).vectorsSize(vectors, count);
      return charge(size + Number(offset))
        ? library('fd_pwrite', fd, vectors, count, offset, written)
        : ERRNO.nospc;
    },
    // The library fills a gap between a file's end and what is written with zeros: none can be made by seeking.
    fd_seek: (fd, offset, whence, position) => {
      const seek = (to: bigint, from: number): bigint | undefined =>
        library('fd_seek', fd, to, from, position) === ERRNO.success
          ? new WasiMemory(memory()).u64(position)
          : undefined;
      const before = seek(0n, SEEK_CUR);
      const end = seek(0n, SEEK_END);
      if (before === undefined || end === undefined)
        return library('fd_seek', fd, offset, whence, position);
      seek(before, SEEK_SET);
      const result = library('fd_seek', fd, offset, whence, position);
      if (result !== ERRNO.success || new WasiMemory(memory()).u64(position) <= end) return result;
      seek(before, SEEK_SET);
      return ERRNO.inval;
    },
    fd_allocate: (fd, offset, size) => grow('fd_allocate', offset + size, fd, offset, size),
    fd_filestat_set_size: (fd, size) => grow('fd_filestat_set_size', size, fd, size),
    path_open: (...params) => {
      if (opened.size >= MAX_OPEN) return ERRNO.mfile;
      const creates = (Number(params[4]) & O_CREAT) !== 0;
      const result = (creates ? entry('path_open') : wasi['path_open'])?.(...params);
      if (result === ERRNO.success) opened.add(new WasiMemory(memory()).u32(Number(params[8])));
      return result ?? ERRNO.inval;
    },
    // The library lets one be closed that was closed before: what counts is which are open.
    fd_close: (fd) => {
      opened.delete(Number(fd) >>> 0);
      return library('fd_close', fd);
    },
    fd_renumber: (from, to) => {
      const result = library('fd_renumber', from, to);
      if (result === ERRNO.success && opened.delete(Number(from) >>> 0))
        opened.add(Number(to) >>> 0);
      return result;
    },
    path_create_directory: entry('path_create_directory'),
    path_symlink: entry('path_symlink'),
    path_link: entry('path_link'),
  };

  function grow(name: string, size: bigint, ...params: unknown[]): number {
    if (size < 0n || size > BigInt(MAX_FILE_BYTES)) return ERRNO.fbig;
    return charge(Number(size)) ? library(name, ...params) : ERRNO.nospc;
  }
}
