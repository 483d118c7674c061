import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, type Verdict } from './differential.ts';
import { exposed } from './exposed.ts';
import { compareRecycledComponent } from './recycled-component.ts';
import { compareRecycled } from './recycled.ts';
import { type ModuleKind, randomModule } from './wasm-opt.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const MAX_INPUT_BYTES = 12_000;

/** One in three can be put back: so many have to be made until one is. */
const LEAST_ROUNDS = 30;

interface ModuleFuzzer {
  readonly compare: (module: Uint8Array<ArrayBuffer>, seed: number) => Promise<Verdict>;
  /** What is made by turns. */
  readonly kinds: readonly ModuleKind[];
  /** Where modules that behave differently are kept; `tests/fuzz/corpus.test.ts` runs them from then on. */
  readonly corpus: string;
  readonly compared: string;
}

/** Random bytes that a seed and a number determine. */
function randomBytes(seed: number, round: number): Uint8Array {
  const size = 200 + ((round * 2_654_435_761 + seed) % MAX_INPUT_BYTES);
  const out = new Uint8Array(size);
  for (let at = 0; at < size; at += 32)
    out.set(
      createHash('sha256')
        .update(`${seed} ${round} ${at}`)
        .digest()
        .subarray(0, size - at),
      at,
    );
  return out;
}

/**
 * Compares random modules as they are with the same rewritten; at least one.
 * @param until when to stop, in ms since 1970
 * @returns how many differ
 */
export function fuzzModules(until: number, seed: number): Promise<number> {
  const kinds = ['new', 'new', 'new', 'old'] as const;
  return fuzz({ compare, kinds, corpus: 'rewriting', compared: 'compared' }, until, seed);
}

/**
 * Compares instances of random modules, and by turns of components around them, that were put back with new ones; at least one.
 * @param until when to stop, in ms since 1970
 * @returns how many modules have instances that differ
 */
export function fuzzRecycling(until: number, seed: number): Promise<number> {
  const kinds = ['plain'] as const;
  const byTurns = (module: Uint8Array<ArrayBuffer>, round: number): Promise<Verdict> =>
    (round % 2 === 0 ? compareRecycled : compareRecycledComponent)(module, round);
  const fuzzer = { compare: byTurns, kinds, corpus: 'recycling', compared: 'recycled' };
  return fuzz(fuzzer, until, seed);
}

async function fuzz(fuzzer: ModuleFuzzer, until: number, seed: number): Promise<number> {
  const corpus = join(FIXTURES, fuzzer.corpus);
  const folder = await mkdtemp(join(tmpdir(), 'vstar-fuzz-'));
  const skipped = new Map<string, number>();
  let compared = 0;
  let different = 0;
  try {
    for (let round = 0; Date.now() < until || (compared === 0 && round < LEAST_ROUNDS); round++) {
      const input = randomBytes(seed, round);
      const module = await randomModule(input, folder, fuzzer.kinds[round % fuzzer.kinds.length]!);
      const verdict = await judge(module, seed + round, fuzzer.compare);
      if (verdict.kind === 'skipped') skipped.set(verdict.why, (skipped.get(verdict.why) ?? 0) + 1);
      else compared++;
      if (verdict.kind !== 'different') continue;
      different++;
      await mkdir(corpus, { recursive: true });
      const name = createHash('sha256').update(module).digest('hex').slice(0, 16);
      await writeFile(join(corpus, `${name}.wasm`), module);
      process.stderr.write(`round ${round}: ${verdict.what}\nkept as ${name}.wasm\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const reasons = [...skipped].map(([why, count]) => `, ${count} skipped (${why})`).join('');
  process.stdout.write(
    `seed ${seed}: ${compared} modules ${fuzzer.compared}${reasons}, ${different} differ\n`,
  );
  return compared > 0 ? different : Math.max(1, different);
}

async function judge(
  module: Uint8Array<ArrayBuffer>,
  seed: number,
  by: ModuleFuzzer['compare'],
): Promise<Verdict> {
  if (!WebAssembly.validate(module)) return { kind: 'skipped', why: 'invalid here' };
  try {
    return await by(exposed(module), seed);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'unsupported-image' && code !== 'image-too-large')
      return { kind: 'different', what: String(error) };
    return { kind: 'skipped', why: code };
  }
}
