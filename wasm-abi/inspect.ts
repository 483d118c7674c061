import { createHash } from 'node:crypto';
import { ByteReader } from './binary/byte-reader.ts';
import { readComponent } from './binary/component.ts';
import { type CoreModule, type Limits, readCoreModule } from './binary/core-module.ts';
import { checkCoreName } from './binary/names.ts';
import { ImageTooLargeError, NotWasmError, UnsupportedImageError } from './errors.ts';

/** What an image is, needs and offers, known before any of it runs. */
export interface ImageDescription {
  /**
   * `component`; `core`: a core module that imports and exports POSIV with the signatures of the canonical ABI, as it
   * would be inside of a component; `wasi-command`: a core module for WASI preview 1 with `_start`.
   */
  readonly kind: 'component' | 'core' | 'wasi-command';
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** Interfaces with their versions, as `posiv:kernel/ipc@0.1.0`; of core modules the names of the modules they import. */
  readonly imports: readonly string[];
  /** The functions of these, as `posiv:kernel/ipc@0.1.0#rpc`. */
  readonly importedFunctions: readonly string[];
  /** Interfaces and plain functions. */
  readonly exports: readonly string[];
  /** Those that its core modules define, in pages of 64 KiB. */
  readonly memories: readonly MemoryDescription[];
  readonly coreModules: number;
}

export interface MemoryDescription {
  readonly minPages: number;
  readonly maxPages?: number;
}

/** An image travels over the network and is held in memory while it is read: 64 MiB is three times the largest SDK's. */
export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

export const WASI_PREVIEW_1 = 'wasi_snapshot_preview1';

/**
 * Describes an image without running or compiling any of it.
 * @throws {not-wasm} also {malformed-image}, {unsupported-image} and {image-too-large}
 */
export function inspect(bytes: Uint8Array): ImageDescription {
  if (bytes.length > MAX_IMAGE_BYTES)
    throw new ImageTooLargeError('its size in bytes', bytes.length, MAX_IMAGE_BYTES);
  const layer = headerLayer(bytes);
  const base = { hash: imageHash(bytes), size: bytes.length };
  const reader = new ByteReader(bytes, 8);
  if (layer === 1) {
    const component = readComponent(reader);
    checkWasiVersions([...component.imports, ...component.exports]);
    return {
      kind: 'component',
      ...base,
      imports: component.imports,
      importedFunctions: component.functions,
      exports: component.exports,
      memories: component.modules.flatMap((module) => module.memories.map(memoryDescription)),
      coreModules: component.modules.length,
    };
  }
  const module = readCoreModule(reader);
  return {
    ...coreDescription(module),
    ...base,
    memories: module.memories.map(memoryDescription),
    coreModules: 1,
  };
}

/** WASI 0.3 is asynchronous by another ABI; it is told apart from what merely is not offered. */
function checkWasiVersions(interfaces: readonly string[]): void {
  const later = interfaces.find((each) => /^wasi:[^@]*@(?:0\.(?:[3-9]|\d\d)|[1-9])/.test(each));
  if (later !== undefined)
    throw new UnsupportedImageError(`it is built for ${later}: build it for WASI 0.2`);
}

/** The name under which an image is stored and cached. */
export function imageHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns 0 for a core module, 1 for a component */
function headerLayer(bytes: Uint8Array): 0 | 1 {
  if (bytes.length < 8) throw new NotWasmError(`${bytes.length} bytes are too few`);
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 8);
  if (header.readUInt32BE(0) !== 0x00_61_73_6d)
    throw new NotWasmError('its magic number is missing');
  const version = header.readUInt32LE(4);
  if (version === 0x0000_0001) return 0;
  if (version === 0x0001_000d) return 1;
  throw new UnsupportedImageError(
    `version ${version & 0xffff} of the binary format, layer ${version >>> 16}`,
  );
}

function coreDescription(
  module: CoreModule,
): Pick<ImageDescription, 'kind' | 'imports' | 'importedFunctions' | 'exports'> {
  for (const each of module.imports) {
    if (each.kind !== 'function')
      throw new UnsupportedImageError(`it imports a ${each.kind}, ${each.module}.${each.name}`);
    checkCoreName(each.module);
    checkCoreName(each.name);
  }
  const functions = module.exports
    .filter((each) => each.kind === 'function')
    .map((each) => checkCoreName(each.name));
  const imports = [...new Set(module.imports.map((each) => each.module))];
  const importedFunctions = module.imports.map((each) => `${each.module}#${each.name}`);
  const exported = functions.filter((name) => name.includes('#') && !name.startsWith('cabi_post_'));
  const exports = [...new Set(exported.map((name) => name.slice(0, name.indexOf('#'))))];
  const hasMemory = module.exports.some((each) => each.kind === 'memory' && each.name === 'memory');
  if (!hasMemory) throw new UnsupportedImageError('it exports no memory named "memory"');
  if (functions.includes('_start')) {
    return { kind: 'wasi-command', imports, importedFunctions, exports: ['_start', ...exports] };
  }
  if (exports.length > 0 && functions.includes('cabi_realloc')) {
    return { kind: 'core', imports, importedFunctions, exports };
  }
  throw new UnsupportedImageError(
    'a core module must export _start, or cabi_realloc and functions such as posiv:kernel/program@0.1.0#run',
  );
}

function memoryDescription({ min, max }: Limits): MemoryDescription {
  return max === undefined ? { minPages: min } : { minPages: min, maxPages: max };
}
