import test from 'ava';
import { planOf, type Plan } from './plan.ts';
import { PLANTED_BUGS, type BugName, type PlantedBug } from './planted-bugs.ts';
import { shrink } from './shrink.ts';
import { simulate, type Report } from './simulate.ts';
import { Programs } from './world/programs.ts';

// `npm run simulate -- --seeds 1000` runs more.
const SEEDS = [2, 3, 4];
const SEEDS_FOR_A_BUG = 16;
const FOR_MS = 12_000;

const built = Programs.build();
const planOfSeed = (seed: number): Plan => planOf({ seed, nodes: 3, forMs: FOR_MS });

/** Of plans without a mistake, by the plan: several mistakes show in the same one, and its run is always the same. */
const sound = new Map<string, Report>();

async function withoutMistake(plan: Plan): Promise<Report> {
  const key = JSON.stringify(plan);
  const known = sound.get(key);
  if (known) return known;
  const report = await simulate(plan, { programs: await built });
  sound.set(key, report);
  return report;
}

for (const seed of SEEDS) {
  test.serial(
    `a cluster keeps what it promises through crashes, cuts, stops and broken disks (seed ${seed})`,
    async (t) => {
      const report = await simulate(planOfSeed(seed), { programs: await built });
      t.deepEqual(report.faults, []);
      t.true(report.operations > 500, `only ${report.operations} operations`);
    },
  );
}

test.serial('the same plan gives the same run to the last event', async (t) => {
  const programs = await built;
  const one = await simulate(planOfSeed(7), { programs });
  t.deepEqual(await simulate(planOfSeed(7), { programs }), one);
  t.not((await simulate(planOfSeed(8), { programs })).hash, one.hash);
});

test.serial(
  'with managers that are components, each decides, none is passed over, and the same plan gives the same run',
  async (t) => {
    const programs = await built;
    const plan = planOf({ seed: 2, nodes: 3, forMs: FOR_MS, components: true });
    const one = await simulate(plan, { programs });
    t.deepEqual(one.faults, []);
    t.true(one.decisions > 100, `only ${one.decisions} decisions`);
    t.deepEqual(await simulate(plan, { programs }), one);
  },
);

test.serial('a plan that fails is made shorter, and fails still', async (t) => {
  const programs = await built;
  const plan = planOf({ seed: 1, nodes: 2, forMs: 3_000, faultEveryMs: 60_000 });
  const run = (shorter: Plan) => simulate(shorter, { programs, bug: 'request-repeated' });
  const shrunk = await shrink(plan, run);
  t.true(shrunk.report.faults.length > 0);
  t.true(shrunk.plan.steps.length <= 4, `${shrunk.plan.steps.length} steps`);
});

for (const bug of Object.keys(PLANTED_BUGS) as BugName[]) {
  test.serial(`a planted mistake is found: ${bug}`, async (t) => {
    const programs = await built;
    for (let seed = 1; seed <= SEEDS_FOR_A_BUG; seed += 1) {
      const planted: PlantedBug = PLANTED_BUGS[bug];
      const plan = planOf({ seed, nodes: 3, ...planted.plan });
      const { faults } = await simulate(plan, { programs, bug });
      if (faults.length === 0) continue;
      t.deepEqual((await withoutMistake(plan)).faults, [], 'without it there is none');
      return;
    }
    t.fail(`no fault in ${SEEDS_FOR_A_BUG} seeds`);
  });
}
