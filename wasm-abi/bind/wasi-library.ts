import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import type { WASI } from '@wasmer/wasi';

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

/** Where the library has its code, which it would decode and compile anew for each copy: 45 ms of the lane's thread. */
const CODE = /data:application\/wasm;base64,([\w+/=]+)/;

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
  const module = { exports: {}, require: cryptoOnly };
  factory(module, module.exports);
  const library = module.exports as Library;
  library.initSync(code);
  return library.WASI;
}

/** The library as a function that makes a copy of it: as a module there would be one for ever. */
async function readParts(): Promise<Parts> {
  const path = createRequire(import.meta.url).resolve('@wasmer/wasi');
  const source = await readFile(path, 'latin1'); // it is ASCII, and two thirds of it are the code
  const [text, code] = CODE.exec(source) ?? [];
  if (text === undefined || code === undefined) throw new Error(`${path} has no code in it`);
  const module = await WebAssembly.compile(Buffer.from(code, 'base64'));
  const factory = new Script(`(function (module, exports) {${source.replace(text, '')}\n})`, {
    filename: 'wasi-library.js',
  }).runInThisContext() as Factory;
  return { factory, module };
}

/** It asks for random bytes, and for nothing else. */
function cryptoOnly(name: string): unknown {
  if (name !== 'crypto') throw new Error(`the WASI library asked for ${name}`);
  return globalThis.crypto;
}
