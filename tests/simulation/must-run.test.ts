import test from 'ava';
import { planOf } from './plan.ts';
import { simulate } from './simulate.ts';
import { Programs } from './world/programs.ts';

const SEEDS = [1, 2];

const built = Programs.build();

for (const seed of SEEDS)
  test.serial(
    `what must run runs in the end, once, whichever nodes were lost, and what was killed does not (seed ${seed})`,
    async (t) => {
      const plan = planOf({ seed, nodes: 3, mustRunPerSecond: 6 });
      const { faults, mustRun } = await simulate(plan, { programs: await built });
      t.deepEqual(faults, []);
      t.true(mustRun > 0);
    },
  );
