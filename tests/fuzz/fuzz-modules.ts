import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './differential.ts';
import { exposed } from './exposed.ts';
import { randomModule } from './wasm-opt.ts';

/** Where modules that behave differently are kept; `tests/fuzz/corpus.test.ts` runs them from then on. */
const CORPUS = join(import.meta.dirname, '../fixtures/rewriting');
const MAX_INPUT_BYTES = 12_000;

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
export async function fuzzModules(until: number, seed: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-fuzz-'));
  const skipped = new Map<string, number>();
  let compared = 0;
  let different = 0;
  try {
    for (let round = 0; round === 0 || Date.now() < until; round++) {
      const input = randomBytes(seed, round);
      const module = await randomModule(input, folder, round % 4 === 3);
      const verdict = await judge(module, seed + round);
      if (verdict.kind === 'skipped') skipped.set(verdict.why, (skipped.get(verdict.why) ?? 0) + 1);
      else compared++;
      if (verdict.kind !== 'different') continue;
      different++;
      await mkdir(CORPUS, { recursive: true });
      const name = createHash('sha256').update(module).digest('hex').slice(0, 16);
      await writeFile(join(CORPUS, `${name}.wasm`), module);
      process.stderr.write(`round ${round}: ${verdict.what}\nkept as ${name}.wasm\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const reasons = [...skipped].map(([why, count]) => `, ${count} skipped (${why})`).join('');
  process.stdout.write(
    `seed ${seed}: ${compared} modules compared${reasons}, ${different} differ\n`,
  );
  return compared > 0 ? different : Math.max(1, different);
}

async function judge(module: Uint8Array<ArrayBuffer>, seed: number) {
  if (!WebAssembly.validate(module)) return { kind: 'skipped', why: 'invalid here' } as const;
  try {
    return await compare(exposed(module), seed);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'unsupported-image' && code !== 'image-too-large')
      return { kind: 'different', what: String(error) } as const;
    return { kind: 'skipped', why: code } as const;
  }
}
