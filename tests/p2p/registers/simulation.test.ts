import test from 'ava';
import { BUGS } from './support/planted-bugs.ts';
import { simulate } from './support/simulation.ts';

// `npm run simulate:registers -- --seeds 10000` runs more.
const BATCHES = 4;
const SEEDS = 10; // of each batch
const SEEDS_FOR_A_BUG = 30;

for (let batch = 0; batch < BATCHES; batch += 1) {
  const first = 1 + batch * SEEDS;
  test(`registers stay linearizable and acceptors true to their word through crashes, cuts and changes of acceptors (seeds ${first} to ${first + SEEDS - 1})`, async (t) => {
    let reconfigured = 0;
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const report = await simulate(seed);
      t.deepEqual(report.faults, [], `seed ${seed}`);
      t.true(report.operations > 50, `seed ${seed} has only ${report.operations} operations`);
      reconfigured += report.reconfigured;
    }
    t.true(reconfigured > 0);
  });
}

test('the same seed gives the same run to the last event', async (t) => {
  t.deepEqual(await simulate(7), await simulate(7));
});

for (const bug of BUGS) {
  test(`a planted mistake is found: ${bug}`, async (t) => {
    for (let seed = 1; seed <= SEEDS_FOR_A_BUG; seed += 1) {
      const { faults } = await simulate(seed, bug);
      if (faults.length > 0) {
        t.pass();
        return;
      }
    }
    t.fail(`no fault in ${SEEDS_FOR_A_BUG} seeds`);
  });
}
