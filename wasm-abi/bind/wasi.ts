import { engineTrap } from '#posiv-wit/abi/engine-trap.ts';
import { MissingImportsError } from '../errors.ts';
import { WASI_PREVIEW_1 } from '../inspect.ts';
import type { InstanceInit } from '../load.ts';
import { exitSignal, isExitSignal } from './exit-signal.ts';
import type { HostBinding } from './host-binding.ts';
import { promising, suspendingAnywhere } from './jspi.ts';
import { checkTexts } from './program-texts.ts';
import { clocks } from './wasi-clocks.ts';
import { boundedFiles, type LibraryFunction } from './wasi-files.ts';
import { limited, type WasiFunction } from './wasi-limits.ts';
import { ERRNO, WasiMemory } from './wasi-memory.ts';
import { nextWasi } from './wasi-library.ts';
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

/**
 * Arguments, environment and an empty file system in memory are the library's. Clocks, random bytes, output, waiting,
 * exit and the bounds of the file system are ours: the library would keep all output in memory, wait without letting
 * others run, and let files grow without bound. Standard input is empty; there are no sockets.
 */
export async function createWasi(
  module: WebAssembly.Module,
  host: HostBinding,
  init: InstanceInit,
): Promise<WasiHost> {
  const { wasi: sources } = host;
  if (!sources) throw new MissingImportsError([WASI_PREVIEW_1]);
  const Library = await nextWasi();
  checkTexts(init);
  const wasi = new Library({
    args: [...init.args],
    env: Object.fromEntries(init.environment),
  });
  const given = wasi.getImports(module) as Record<string, Record<string, LibraryFunction>>;
  const slot: { memory?: WebAssembly.Memory } = {};
  const functions: Record<string, LibraryFunction> = {};
  for (const [name, call] of Object.entries(given[WASI_PREVIEW_1] ?? {})) {
    // Not before it is attached, nor after the end.
    functions[name] = (...params) => (slot.memory ? call(...params) : ERRNO.inval);
  }
  const memory = (): WebAssembly.Memory => slot.memory as WebAssembly.Memory;
  const files = boundedFiles(functions, memory);
  const ours: Record<string, WasiFunction> = {
    ...files,
    ...clocks(memory, sources),
    random_get: (at, size) => {
      new WasiMemory(memory()).put(at, sources.random(size >>> 0));
      return ERRNO.success;
    },
    fd_write: (fd, vectors, count, written) =>
      fd === 1 || fd === 2
        ? write(fd, vectors, count, written)
        : files.fd_write(fd, vectors, count, written),
  };
  const bounded: Record<string, WasiFunction> = {};
  for (const [name, call] of Object.entries({ ...functions, ...ours }))
    bounded[name] = limited(name, call);
  const imports: WebAssembly.ModuleImports = {
    ...bounded,
    fd_write: suspendingAnywhere(bounded['fd_write'] as WasiFunction),
    poll_oneoff: suspendingAnywhere(pollOneoff(memory, sources)),
    proc_exit: (status: number) => {
      throw exitSignal(status >>> 0);
    },
    sock_accept: () => ERRNO.badf, // no descriptor is a socket
    proc_raise: () => {
      throw engineTrap('the program raised a signal');
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
        if (isExitSignal(error)) return error.status;
        throw error;
      } finally {
        wasi.free();
        delete slot.memory; // from now on every call is refused
      }
    },
  };
  return bound;
}
