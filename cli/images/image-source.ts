import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { PosivClient } from '#node/control/client.ts';
import { inspect } from '#wasm-abi/inspect.ts';
import { CallError, codeOf, messageOf, NoSuchImageError } from '../errors.ts';
import { exists } from '../files/exists.ts';
import { readWhole } from '../files/local-file.ts';
import { storeOnce } from '../files/store-once.ts';
import { type BuildInit, buildShipped, shippedNames } from './shipped.ts';

const IN_VSTORE = 'vstore:';

/** Where an image is: at a path of vStore, or here, as bytes. */
export type ImageSource =
  | { readonly path: string }
  | { readonly name: string; readonly bytes: Uint8Array };

/**
 * What a user means by IMAGE: `vstore:/PATH`, a file, or the name of a guest that comes with vstar.
 * @throws {no-such-image} also {not-wasm} and what `inspect` throws, {file-unreadable} and {is-directory}
 */
export async function imageSource(image: string, init: BuildInit = {}): Promise<ImageSource> {
  if (image.startsWith(IN_VSTORE)) return { path: image.slice(IN_VSTORE.length) };
  // A name of ours does not become a folder because one of that name lies here; whoever means it writes ./name.
  const isShipped = shippedNames().includes(image);
  if (!isShipped || (await isFile(image))) {
    if (!isShipped && !looksLikeFile(image) && !(await exists(image))) {
      throw new NoSuchImageError(image, shippedNames());
    }
    return { name: image, bytes: await readWhole(image) };
  }
  return { name: image, bytes: (await buildShipped(image, init))! };
}

/** The path of vStore at which an image is, after it was put there if need be. */
export async function imagePath(
  client: PosivClient,
  source: ImageSource,
  signal?: AbortSignal,
): Promise<string> {
  if ('path' in source) return source.path;
  inspectNamed(source.name, source.bytes); // what is no image is refused before anything is stored
  return storeOnce(client, '/images/', source.bytes, { what: `upload ${source.name}`, signal });
}

/** What an image is. @throws CallError that names it, with the code of `inspect` */
export function inspectNamed(name: string, bytes: Uint8Array): ReturnType<typeof inspect> {
  try {
    return inspect(bytes);
  } catch (error) {
    const code = codeOf(error);
    throw code === undefined ? error : new CallError(code, `${name}: ${messageOf(error)}`);
  }
}

function looksLikeFile(image: string): boolean {
  return image.includes('/') || extname(image) === '.wasm';
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
