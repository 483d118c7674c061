// npm run integration -- [--seeds N] [--nodes M] [--first-seed S] [--seconds N] [--fault-every SECONDS] [--operations PER SECOND]
// [--loopback] [--trace]: lives of whole clusters of real processes, which are killed, stopped, cut off and filled up. Exit code 1
// and the seed on a failure.
import { parseArgs } from 'node:util';
import { round } from './life.ts';
import { withWorld } from './with-world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '3' },
    'first-seed': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    'fault-every': { type: 'string', default: '2' },
    operations: { type: 'string', default: '20' },
    loopback: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});

const first = Number(values['first-seed']);
const options = {
  nodes: Number(values.nodes),
  loopback: values.loopback,
  trace: values.trace ? console.log : undefined,
};
for (let seed = first; seed < first + Number(values.seeds); seed += 1)
  await withWorld(options, async (world) => {
    const { operations, faults } = await round(world, {
      seed,
      forMs: Number(values.seconds) * 1_000,
      faultEveryMs: Number(values['fault-every']) * 1_000,
      operationsPerSecond: Number(values.operations),
    });
    console.log(`seed ${seed}: ${operations} operations, ${faults} faults`);
    for (const fault of world.faults) console.log(`  ${fault}`);
  });
