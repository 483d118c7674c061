import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import type { init, WASI } from '@wasmer/wasi';

interface Library {
  readonly WASI: typeof WASI;
  readonly init: typeof init;
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

let factory: Promise<Factory> | undefined;
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
  const make = await (factory ??= readFactory());
  const module = { exports: {}, require: cryptoOnly };
  make(module, module.exports);
  const library = module.exports as Library;
  await library.init();
  return library.WASI;
}

/** The library as a function that makes a copy of it: as a module there would be one for ever. */
async function readFactory(): Promise<Factory> {
  const path = createRequire(import.meta.url).resolve('@wasmer/wasi');
  const source = await readFile(path, 'utf8');
  return new Script(`(function (module, exports) {${source}\n})`, {
    filename: 'wasi-library.js',
  }).runInThisContext() as Factory;
}

/** It asks for random bytes, and for nothing else. */
function cryptoOnly(name: string): unknown {
  if (name !== 'crypto') throw new Error(`the WASI library asked for ${name}`);
  return globalThis.crypto;
}
