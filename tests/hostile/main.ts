// npm run hostile: lets hostile guests loose on a node, and prints what became of them.
import { parseArgs } from 'node:util';
import { json } from '#cli/output/table.ts';
import { optionsGiven } from '#tests/support/command.ts';
import { Arena } from './arena.ts';
import { SCENARIOS } from './catalogue.ts';
import { scorecard } from './scorecard.ts';
import type { Scenario } from './scenario.ts';
import { isOpen, judge, MOST_ROUNDS, type Trial } from './judgement.ts';
import { round, type Round } from './round.ts';

const USAGE = `Usage: npm run hostile -- [--only NAME] [--rounds N] [--list] [--json]

Lets hostile guests loose on a node, one after another, and prints what became of them. Ends with 1 if one was not contained.

Options:
  --only NAME  one of them; may be given several times
  --rounds N   let each loose so often at most, while it is open what its neighbours felt: 1 to ${MOST_ROUNDS}, which is the default
  --list       prints their names and what they try
  --json       prints JSON
  --help

Example:
  npm run hostile -- --only 'spawn bomb' --rounds 1
`;

function chosen(names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return SCENARIOS;
  return names.map((name) => {
    const found = SCENARIOS.find((each) => each.name === name);
    if (!found) throw new RangeError(`no hostile guest is named '${name}'; see --list`);
    return found;
  });
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= MOST_ROUNDS) return rounds;
  throw new RangeError(`--rounds ${text} is not 1 to ${MOST_ROUNDS}`);
}

async function run(scenarios: readonly Scenario[], most: number): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  let arena = await Arena.start();
  try {
    for (const [at, scenario] of scenarios.entries()) {
      const rounds: Round[] = [];
      let seen: Trial | undefined;
      while (seen === undefined || (isOpen(seen) && seen.rounds < most)) {
        if (!arena.whole) {
          await arena[Symbol.asyncDispose]();
          arena = await Arena.start();
        }
        rounds.push(await round(arena, scenario));
        seen = judge(scenario, rounds);
        const { contained, neighbours, because } = seen;
        const what = [contained ? 'contained' : 'NOT CONTAINED', neighbours, ...because].join('; ');
        process.stderr.write(`${at + 1}/${scenarios.length} ${scenario.name}: ${what}\n`);
      }
      trials.push(seen);
    }
  } finally {
    await arena[Symbol.asyncDispose]();
  }
  return trials;
}

const { scenarios, most, values } = optionsGiven(USAGE, (args) => {
  const options = {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: `${MOST_ROUNDS}` },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  const given = parseArgs({ args, options }).values;
  return { scenarios: chosen(given.only), most: roundsOf(given.rounds), values: given };
});
if (values.list)
  process.stdout.write(scenarios.map(({ name, tries }) => `${name}: ${tries}\n`).join(''));
else {
  const trials = await run(scenarios, most);
  process.stdout.write(values.json ? json(trials) : scorecard(trials));
  const good = trials.every((each) => each.contained && each.neighbours !== 'disturbed');
  process.exitCode = good ? 0 : 1;
}
