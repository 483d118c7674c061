import { runBuild } from './build/build-cell.ts';
import { toolVersion } from './build/tool-version.ts';
import { readEntry, writeEntry } from './cache-entry.ts';
import { ImageTooLargeError } from './errors.ts';
import { hashInTurns } from './hash-in-turns.ts';
import { type ImageDescription, MAX_IMAGE_BYTES } from './inspect.ts';
import { Joined } from './joined.ts';
import { type Preparation, preparationKey } from './prepared.ts';
import type { CheckMode } from './rewrite/checks.ts';

export interface PrepareOptions {
  /** Where prepared images are kept. Never shared between nodes: nothing proves what is in it. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string) => void;
  /** Told of the process that does the work, if one has to. */
  readonly started?: (pid: number) => void;
  /** How it can be interrupted: `epoch`, the default, by a flag; `fuel` after the same instructions each time. */
  readonly mode?: CheckMode;
}

export interface PreparedImage {
  /** What `loadProgram` asks for. */
  readonly key: string;
  readonly description: ImageDescription;
}

const joined = new Joined<PreparedImage>();

/**
 * Makes an image ready to be started, once for an image and a cache directory; further calls find it there. The work is
 * done in a build cell; calls at the same time for the same image share it.
 * @throws {not-wasm} also {malformed-image}, {unsupported-image}, {image-too-large}, {build-failed} and {build-lost}
 */
export async function prepareImage(
  bytes: Uint8Array,
  options: PrepareOptions,
): Promise<PreparedImage> {
  if (bytes.length > MAX_IMAGE_BYTES)
    throw new ImageTooLargeError('its size in bytes', bytes.length, MAX_IMAGE_BYTES);
  const key = imageKey(await hashInTurns(bytes), options.mode);
  const { cacheDir, signal } = options;
  return joined.run(
    `${cacheDir}\n${key}`,
    (all) => prepare(bytes, key, { ...options, signal: all }),
    signal,
  );
}

/** The key under which this node keeps what it derived from the image with this hash. */
export function imageKey(hash: string, mode: CheckMode = 'epoch'): string {
  return preparationKey(hash, toolVersion('@bytecodealliance/jco'), mode);
}

async function prepare(
  bytes: Uint8Array,
  key: string,
  options: PrepareOptions,
): Promise<PreparedImage> {
  const { cacheDir, mode = 'epoch' } = options;
  let entry = await readEntry<Preparation>(cacheDir, key);
  if (!entry) {
    entry = await runBuild({ step: 'prepare', image: bytes, mode }, options);
    await writeEntry(cacheDir, key, entry);
  }
  return { key, description: entry.meta.description };
}
