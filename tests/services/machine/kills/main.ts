// npm run sweep:kills: kills real nodes at the steps of what is done to real machines. Exit code 1 on a failure.
import { parseArgs } from 'node:util';
import { optionsGiven } from '#tests/support/command.ts';
import { KillWorld } from './kill-world.ts';
import { prepare, strike, WAYS, WHOSE, type Strike } from './strike.ts';

const USAGE = `Usage: npm run sweep:kills -- [--way NAME] [--whose NAME] [--step NAME] [--from N] [--every N]

Kills real nodes, each at one step of what is done to real machines, and looks what becomes of these. Some ten seconds for each.

Options:
  --way NAME    what is done: ${WAYS.join(', ')}
  --whose NAME  which node is killed: ${WHOSE.join(', ')} (master and machine)
  --step NAME   at this step alone, as they are listed at first
  --from N      from this step on
  --every N     at every Nth step
`;

const values = optionsGiven(USAGE, (args) => {
  const options = {
    way: { type: 'string' },
    whose: { type: 'string' },
    step: { type: 'string' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  } as const;
  return parseArgs({ args, options }).values;
});

const all = WAYS.flatMap((way) => WHOSE.map((whose) => ({ way, whose }))).filter(
  ({ way, whose }) =>
    (whose !== 'taker' || way === 'migrate') &&
    (values.way === undefined || values.way === way) &&
    (values.whose === undefined || values.whose === whose),
);
let world: KillWorld | undefined;
let failed = 0;
let struck = 0;

/** Strikes once, in a world that nothing has gone wrong in. */
async function once(given: Strike): Promise<readonly string[]> {
  const begun = performance.now();
  const what = `${given.way}, node of ${given.whose}, ${given.step ?? 'nothing struck'}, ${given.soon ? 'back at once' : 'back late'}`;
  try {
    if (world === undefined) await prepare((world = await KillWorld.open()));
    const { steps, isStruck } = await strike(world, given);
    const took = ((performance.now() - begun) / 1_000).toFixed(1);
    if (isStruck) struck += 1;
    if (given.step === undefined) console.log(`steps: ${steps.join(', ')}`);
    console.log(
      `${isStruck || given.step === undefined ? 'ok' : 'not reached'}: ${what} (${took} s)`,
    );
    return steps;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${what}: ${(error as Error).stack}`);
    await world?.[Symbol.asyncDispose]();
    world = undefined;
    return [];
  }
}

try {
  for (const { way, whose } of all) {
    const steps = values.step
      ? [values.step]
      : await once({ way, whose, step: undefined, soon: true });
    for (let at = Number(values.from); at < steps.length; at += Number(values.every))
      await once({ way, whose, step: steps[at]!, soon: at % 2 === 0 });
  }
} finally {
  await world?.[Symbol.asyncDispose]();
}
console.log(`${struck} nodes killed, ${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;
