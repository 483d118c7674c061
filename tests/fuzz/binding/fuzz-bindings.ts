import fc from 'fast-check';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import { compareBindings } from './compare-bindings.ts';
import { keep } from './corpus.ts';
import { packageText, randomSubject } from './random-package.ts';
import { casesOf } from './random-case.ts';
import { posivInterfaces, posivSubject, type Subject } from './subject.ts';

/** Cases of a function before the next one's turn. */
const CASES = 10;

/** What became of the cases: how many, by verdict. */
type Tally = Map<string, number>;

/**
 * Compares the generated binding with jco's glue in random calls of every function that a guest may import or export, and
 * of functions of random packages; at least one round of each.
 * @param until when to stop, in ms since 1970
 * @returns how many functions differ
 */
export async function fuzzBindings(until: number, seed: number): Promise<number> {
  const tally: Tally = new Map();
  const subjects: Subject[] = [];
  for (const each of posivInterfaces()) subjects.push(await posivSubject(each));
  let different = 0;
  for (let round = seed; round === seed || Date.now() < until; round++) {
    const [text = ''] = fc.sample(packageText, { seed: round, numRuns: 1 });
    for (const subject of [...subjects, await randomSubject(text)]) {
      for (const definition of subject.source.functions) {
        if (round !== seed && Date.now() >= until) break;
        if (await differs(subject, definition, round, tally)) different++;
      }
    }
  }
  const known = [...tally].filter(([how]) => how.startsWith('jco'));
  const count = (how: string): number => tally.get(how) ?? 0;
  process.stdout.write(
    `seed ${seed}: ${count('same')} calls the same by both bindings, ${count('refused')} refused by both, ${different} functions differ\n`,
  );
  for (const [how, times] of known) process.stdout.write(`  ${times} known: ${how}\n`);
  return count('same') > 0 ? different : Math.max(1, different);
}

async function differs(
  subject: Subject,
  definition: FunctionDefinition,
  seed: number,
  tally: Tally,
): Promise<boolean> {
  let what = '';
  const result = await fc.check(
    fc.asyncProperty(casesOf(definition), async (test) => {
      const verdict = await compareBindings(subject, definition, test);
      const how = verdict.kind === 'known' ? verdict.how : verdict.kind;
      tally.set(how, (tally.get(how) ?? 0) + 1);
      if (verdict.kind === 'different') ({ what } = verdict);
      return verdict.kind !== 'different';
    }),
    { seed, numRuns: CASES },
  );
  const test = result.counterexample?.[0];
  if (!result.failed || !test) return false;
  const { errorInstance } = result;
  const about = errorInstance instanceof Error ? errorInstance.message : what;
  const name = await keep(subject, definition, test, about);
  process.stderr.write(
    `${subject.source.id}#${definition.name}, seed ${seed}: ${about}\nkept as ${name}\n`,
  );
  return true;
}
