// npm run soak -- [--minutes N] [--nodes M] [--first-seed S] [--seconds N] [--fault-every SECONDS] [--operations PER SECOND]
// [--loopback]: one cluster of real processes goes through one round of random faults after another, each of a seed. Exit code 1
// and the seed on a failure, also if a node holds more memory or handles than it should.
import { parseArgs } from 'node:util';
import { excess, footprint } from './footprint.ts';
import { round } from './life.ts';
import { withWorld } from './with-world.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    nodes: { type: 'string', default: '5' },
    'first-seed': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
    'fault-every': { type: 'string', default: '2' },
    operations: { type: 'string', default: '20' },
    loopback: { type: 'boolean', default: false },
  },
});

const began = performance.now();
const minutes = (): number => (performance.now() - began) / 60_000;
const options = { nodes: Number(values.nodes), loopback: values.loopback };
await withWorld(options, async (world) => {
  let seed = Number(values['first-seed']);
  for (; minutes() < Number(values.minutes) && world.faults.length === 0; seed += 1) {
    const { operations, faults } = await round(world, {
      seed,
      forMs: Number(values.seconds) * 1_000,
      faultEveryMs: Number(values['fault-every']) * 1_000,
      operationsPerSecond: Number(values.operations),
    });
    const prints = await Promise.all(world.machines.map(({ pid }) => footprint(pid)));
    for (const what of excess(prints)) world.fault(what);
    const megabytes = prints.map((each) => (each ? Math.round(each.bytes / 2 ** 20) : '-'));
    const handles = prints.map((each) => each?.handles ?? '-');
    console.log(
      `${minutes().toFixed(1)} min, seed ${seed}: ${operations} operations, ${faults} faults; ` +
        `MB ${megabytes.join(' ')}; handles ${handles.join(' ')}`,
    );
    for (const fault of world.faults) console.log(`  ${fault}`);
  }
});
