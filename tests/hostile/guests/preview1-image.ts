import { parse } from '@bytecodealliance/jco';

/** All of WASI preview 1, with the types of its parameters: each gives an errno, but for the last. */
export const PREVIEW_1 = {
  args_get: 'i32 i32',
  args_sizes_get: 'i32 i32',
  environ_get: 'i32 i32',
  environ_sizes_get: 'i32 i32',
  clock_res_get: 'i32 i32',
  clock_time_get: 'i32 i64 i32',
  fd_advise: 'i32 i64 i64 i32',
  fd_allocate: 'i32 i64 i64',
  fd_close: 'i32',
  fd_datasync: 'i32',
  fd_fdstat_get: 'i32 i32',
  fd_fdstat_set_flags: 'i32 i32',
  fd_fdstat_set_rights: 'i32 i64 i64',
  fd_filestat_get: 'i32 i32',
  fd_filestat_set_size: 'i32 i64',
  fd_filestat_set_times: 'i32 i64 i64 i32',
  fd_pread: 'i32 i32 i32 i64 i32',
  fd_prestat_get: 'i32 i32',
  fd_prestat_dir_name: 'i32 i32 i32',
  fd_pwrite: 'i32 i32 i32 i64 i32',
  fd_read: 'i32 i32 i32 i32',
  fd_readdir: 'i32 i32 i32 i64 i32',
  fd_renumber: 'i32 i32',
  fd_seek: 'i32 i64 i32 i32',
  fd_sync: 'i32',
  fd_tell: 'i32 i32',
  fd_write: 'i32 i32 i32 i32',
  path_create_directory: 'i32 i32 i32',
  path_filestat_get: 'i32 i32 i32 i32 i32',
  path_filestat_set_times: 'i32 i32 i32 i32 i64 i64 i32',
  path_link: 'i32 i32 i32 i32 i32 i32 i32',
  path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
  path_readlink: 'i32 i32 i32 i32 i32 i32',
  path_remove_directory: 'i32 i32 i32',
  path_rename: 'i32 i32 i32 i32 i32 i32',
  path_symlink: 'i32 i32 i32 i32 i32',
  path_unlink_file: 'i32 i32 i32',
  poll_oneoff: 'i32 i32 i32 i32',
  proc_raise: 'i32',
  random_get: 'i32 i32',
  sched_yield: '',
  sock_accept: 'i32 i32 i32',
  sock_recv: 'i32 i32 i32 i32 i32 i32',
  sock_send: 'i32 i32 i32 i32 i32',
  sock_shutdown: 'i32 i32',
  proc_exit: 'i32',
} as const;

export type Preview1Function = keyof typeof PREVIEW_1;

const PATHS = 2_048;

/**
 * Makes a command of preview 1 that imports all of it. It exits with the status that one of the bodies gives, the one of whose
 * number its first argument has characters. Its memory is 4 MiB, zero from 65,536 on, and has the texts one after another from 2,048 on.
 */
export async function preview1Image(bodies: readonly string[], texts = ''): Promise<Uint8Array> {
  const imports = Object.entries(PREVIEW_1).map(
    ([name, params]) =>
      `(import "wasi_snapshot_preview1" "${name}" (func $${name} (param ${params})${name === 'proc_exit' ? '' : ' (result i32)'}))`,
  );
  const functions = bodies.map(
    (body, at) =>
      `(func $body${at} (result i32) (local $i i32) (local $j i32) (local $a i64) (local $b i64) (local $least i64) ${body})`,
  );
  const choice = bodies.map(
    (_, at) =>
      `(if (i32.eq (local.get $which) (i32.const ${at})) (then (call $proc_exit (call $body${at}))))`,
  );
  return new Uint8Array(
    await parse(`(module
      ${imports.join('\n')}
      (memory (export "memory") 64)
      (data (i32.const ${PATHS}) "${texts}")
      (func (export "_start") (local $which i32)
        (drop (call $args_sizes_get (i32.const 1024) (i32.const 1028)))
        (local.set $which (i32.sub (i32.load (i32.const 1028)) (i32.const 7))) ;; without "vtask" and the ends of both
        ${choice.join('\n')}
        (call $proc_exit (i32.const 99)))
      ${functions.join('\n')})`),
  );
}
