import type { WASI } from '@wasmer/wasi';
import { WASI_PREVIEW_1 } from '../inspect.ts';
import type { InstanceInit } from '../load.ts';
import { ExitSignal } from './exit-signal.ts';
import type { HostBinding } from './host-binding.ts';
import { promising, suspending } from './jspi.ts';
import { boundedFiles } from './wasi-files.ts';
import { ERRNO, WasiMemory } from './wasi-memory.ts';
import { pollOneoff } from './wasi-poll.ts';

/** What one call of `fd_write` passes on; the program is told and writes the rest by another call. */
const MAX_WRITE_BYTES = 64 * 1024;

/** The WASI preview 1 of one instance. */
export interface WasiHost {
  readonly imports: WebAssembly.Imports;
  /** Gives the host the instance's memory; before anything of it is called. */
  attach(instance: WebAssembly.Instance): void;
  /** Runs a command to its end and gives its exit status. */
  start(entry: WebAssembly.ExportValue): Promise<number>;
}

/** Frees what the library holds for instances that are gone: it lies in a memory that all of a lane share. */
const abandoned = new FinalizationRegistry((wasi: WASI) => wasi.free());

let library: Promise<typeof WASI> | undefined;

/**
 * Arguments, environment, clocks, random bytes and an empty file system in memory are the library's. Output, waiting,
 * exit and the bounds of the file system are ours: the library would keep all output in memory, wait without letting
 * others run, and let files grow without bound. Standard input is empty; there are no sockets.
 */
export async function createWasi(
  module: WebAssembly.Module,
  host: HostBinding,
  init: InstanceInit,
): Promise<WasiHost> {
  library ??= loadLibrary();
  const Library = await library;
  const wasi = new Library({ args: [...init.args], env: Object.fromEntries(init.environment) });
  const functions =
    (wasi.getImports(module) as Record<string, Record<string, (...params: unknown[]) => number>>)[
      WASI_PREVIEW_1
    ] ?? {};
  const slot: { memory?: WebAssembly.Memory } = {};
  const memory = (): WebAssembly.Memory => slot.memory as WebAssembly.Memory;
  const files = boundedFiles(functions, memory);
  const imports: WebAssembly.ModuleImports = {
    ...functions,
    ...files,
    fd_write: suspending((fd: number, vectors: number, count: number, written: number) =>
      fd === 1 || fd === 2
        ? write(fd, vectors, count, written)
        : files['fd_write']?.(fd, vectors, count, written),
    ),
    poll_oneoff: suspending(pollOneoff(memory)),
    proc_exit: (status: number) => {
      throw new ExitSignal(status >>> 0);
    },
    proc_raise: () => {
      throw new WebAssembly.RuntimeError('the program raised a signal');
    },
  };

  function write(
    fd: 1 | 2,
    vectors: number,
    count: number,
    written: number,
  ): number | Promise<number> {
    const bytes = new WasiMemory(memory()).gather(vectors, count, MAX_WRITE_BYTES);
    const finish = (): number => {
      new WasiMemory(memory()).setU32(written, bytes.length);
      return ERRNO.success;
    };
    const taken = host.write(fd === 1 ? 'output' : 'errors', bytes);
    return taken instanceof Promise ? taken.then(finish) : finish();
  }

  const bound: WasiHost = {
    imports: { [WASI_PREVIEW_1]: imports },
    attach(instance) {
      slot.memory = instance.exports['memory'] as WebAssembly.Memory;
      wasi.instantiate(instance, {});
    },
    async start(entry) {
      try {
        await promising(entry)();
        return 0;
      } catch (error) {
        if (error instanceof ExitSignal) return error.status;
        throw error;
      }
    },
  };
  abandoned.register(bound, wasi);
  return bound;
}

async function loadLibrary(): Promise<typeof WASI> {
  const loaded = await import('@wasmer/wasi');
  await loaded.init();
  return loaded.WASI;
}
