import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Script } from 'node:vm';
import type { WASI } from '@wasmer/wasi';
import { WASI_PREVIEW_1 } from '../inspect.ts';
import { entry, MAGIC, section } from './shim-sections.ts';

interface Library {
  readonly WASI: typeof WASI;
  /** Its `init` asks what a `Response` is, for which Node loads all of `fetch`: 50 ms of the thread. */
  readonly initSync: (module: WebAssembly.Module) => unknown;
}

type Factory = (
  module: { exports: unknown; require: (name: string) => unknown },
  exports: object,
) => void;

/**
 * The library never gives back about 50 KB for each of its objects. So a copy of it, with the memory that it works in,
 * serves so many instances, and goes when the last of these has gone: with 12 MB. A new copy takes some milliseconds.
 * A program can have it trap (by opening a link), which leaves some of the stack that all of a copy's instances share in use: it
 * lasts for some thousand times.
 */
const INSTANCES_PER_COPY = 256;

/** What all copies of a thread have in common: none of it changes. */
interface Parts {
  readonly factory: Factory;
  readonly module: WebAssembly.Module;
}

/** What its code stands behind, which it would decode and compile anew for each copy: 45 ms of the lane's thread. */
const CODE = '"data:application/wasm;base64,';

let parts: Promise<Parts> | undefined;
let copy: Promise<typeof WASI> | undefined;
let left = 0;

/** The class to make the next instance's WASI of. */
export function nextWasi(): Promise<typeof WASI> {
  if (copy === undefined || left === 0) {
    left = INSTANCES_PER_COPY;
    copy = makeCopy();
    copy.catch(() => (copy = undefined));
  }
  left--;
  return copy;
}

async function makeCopy(): Promise<typeof WASI> {
  const { factory, module: code } = await (parts ??= readParts());
  await nextTurn();
  const module = { exports: {}, require: cryptoOnly };
  factory(module, module.exports);
  const library = module.exports as Library;
  library.initSync(code);
  await nextTurn();
  await rehearse(library.WASI);
  return library.WASI;
}

/** A module that imports one function of WASI and has a memory. */
const SMALLEST = Uint8Array.from([
  ...MAGIC,
  ...section(1, [[0x60, 2, 0x7f, 0x7f, 1, 0x7f]]),
  ...section(2, [entry(WASI_PREVIEW_1, 'args_sizes_get', 0, 0)]),
  ...section(5, [[0, 1]]),
  ...section(7, [entry('memory', 2, 0)]),
]);

/**
 * Calls what each command does before it runs: what is called for the first time the engine compiles there and then, 5 ms for
 * each of these steps, and others are to have a turn between them.
 */
async function rehearse(Library: typeof WASI): Promise<void> {
  const module = new WebAssembly.Module(SMALLEST);
  const wasi = new Library({ args: ['vtask'], env: {} });
  await nextTurn();
  const imports = wasi.getImports(module) as WebAssembly.Imports;
  await nextTurn();
  wasi.instantiate(new WebAssembly.Instance(module, imports), {});
  wasi.free();
}

/** The library as a function that makes a copy of it: as a module there would be one for ever. */
async function readParts(): Promise<Parts> {
  const path = createRequire(import.meta.url).resolve('@wasmer/wasi');
  const source = await readFile(path, 'latin1'); // it is ASCII, and two thirds of it are the code
  const at = source.indexOf(CODE);
  const end = source.indexOf('"', at + CODE.length);
  if (at < 0 || end < 0) throw new Error(`${path} has no code in it`);
  const code = Buffer.from(source.slice(at + CODE.length, end), 'base64');
  const module = await WebAssembly.compile(code);
  const rest = `${source.slice(0, at)}""${source.slice(end + 1)}`;
  const factory = new Script(`(function (module, exports) {${rest}\n})`, {
    filename: 'wasi-library.js',
  }).runInThisContext() as Factory;
  return { factory, module };
}

/** It asks for random bytes, and for nothing else. */
function cryptoOnly(name: string): unknown {
  if (name !== 'crypto') throw new Error(`the WASI library asked for ${name}`);
  return globalThis.crypto;
}
