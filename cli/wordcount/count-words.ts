import { randomBytes } from 'node:crypto';
import type { PosivClient } from '#node/control/client.ts';
import { readPath } from '../files/download.ts';
import { storeFile } from '../files/upload.ts';
import { imagePath } from '../images/image-source.ts';
import { buildShipped } from '../images/shipped.ts';
import { type JobProgress, type JobSpec, runJob } from './job.ts';
import type { Text } from './text.ts';

/** What the vTasks of a word count are made of, by their names in the catalogue of guests. */
const IMAGES = { master: 'mapreduce-master', mapper: 'wordcount-map', reducer: 'wordcount-reduce' };

export interface WordCountInit extends Pick<JobSpec, 'maps' | 'reduces' | 'splitSize'> {
  readonly signal: AbortSignal;
  /** Counts from 1. What an earlier one has left running writes its result elsewhere. */
  readonly attempt?: number;
  readonly onUpload: (stored: number, total: number) => void;
  readonly onProgress: (progress: JobProgress) => void;
}

export type WordCountImages = Readonly<Record<keyof typeof IMAGES, Uint8Array>>;

/** Of the images that were not found in the cache. */
export interface BuildProgress {
  /** Being built now. */
  readonly names: readonly string[];
  readonly done: number;
  readonly total: number;
}

/** Builds what was not built before, which takes some seconds. */
export async function wordCountImages(
  signal: AbortSignal,
  onBuild: (progress: BuildProgress) => void,
): Promise<WordCountImages> {
  const begun = new Set<string>();
  const built = new Set<string>();
  const tell = (): void => {
    const names = [...begun].filter((name) => !built.has(name));
    onBuild({ names, done: built.size, total: begun.size });
  };
  const build = async (name: string): Promise<Uint8Array> => {
    const image = await buildShipped(name, {
      signal,
      onBuild: () => {
        begun.add(name);
        tell();
      },
    });
    if (begun.has(name)) {
      built.add(name);
      tell();
    }
    return image!;
  };
  const [master, mapper, reducer] = await Promise.all([
    build(IMAGES.master),
    build(IMAGES.mapper),
    build(IMAGES.reducer),
  ]);
  return { master, mapper, reducer };
}

/** The folder of vStore in which one word count keeps its texts and its result. */
export function jobFolder(): string {
  return `/wordcount/${randomBytes(8).toString('hex')}/`;
}

/**
 * Uploads texts into a folder of vStore, counts their words on all nodes, and fetches the result. What it leaves in the
 * folder is the caller's to remove. Texts that an earlier attempt has uploaded there are not uploaded again.
 * @returns the lines `word<TAB>count`, sorted by bytes, and how it went
 */
export async function countWords(
  client: PosivClient,
  texts: readonly Text[],
  images: WordCountImages,
  folder: string,
  init: WordCountInit,
): Promise<{ readonly tsv: Uint8Array; readonly progress: JobProgress }> {
  const { signal, onUpload, onProgress, maps, reduces, splitSize, attempt = 1 } = init;
  const inputs: string[] = [];
  const total = texts.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const [at, text] of texts.entries()) {
    if (text.path !== undefined) {
      inputs.push(text.path);
      continue;
    }
    const path = `${folder}input/${at}-${text.name}`;
    const onStored = (bytes: number): void => onUpload(before + bytes, total);
    const found = await client.files.stat(path);
    if (!found.ok)
      await storeFile(client, path, text.read(), {
        what: `upload ${text.title}`,
        signal,
        onStored,
      });
    before += text.size;
    inputs.push(path);
  }
  const upload = (name: string, bytes: Uint8Array): Promise<string> =>
    imagePath(client, { name, bytes }, signal);
  const [master, mapper, reducer] = await Promise.all([
    upload(IMAGES.master, images.master),
    upload(IMAGES.mapper, images.mapper),
    upload(IMAGES.reducer, images.reducer),
  ]);
  const output = `${folder}output-${attempt}`;
  const spec = {
    inputs,
    output,
    mapper,
    reducer,
    ...(maps !== undefined && { maps }),
    ...(reduces !== undefined && { reduces }),
    ...(splitSize !== undefined && { splitSize }),
  };
  const progress = await runJob(client, master, spec, { signal, onProgress });
  return { tsv: await readPath(client, output), progress };
}

/** Takes away what a word count has left in vStore. */
export async function removeFolder(client: PosivClient, folder: string): Promise<void> {
  const left = await client.files.list(folder, undefined);
  if (left.ok) await Promise.all(left.value.map(async ({ path }) => client.files.delete(path)));
}
