// npm run integration: lives of whole clusters of real processes.
import { optionsGiven } from '#tests/support/command.ts';
import { round } from './life.ts';
import { optionsOf } from './options.ts';
import { withWorld } from './with-world.ts';

const USAGE = `Usage: npm run integration -- [options]

Lives of whole clusters of real processes, which are killed, stopped, cut off and filled up, and what must hold of each. Ends with 1 and the
seed if something does not hold.

Options:
  --seeds N        how many lives (default: 1)
  --first-seed S   of the first (default: 1)
  --nodes M        of each cluster (default: 3)
  --seconds N      in which there are faults (default: 20)
  --fault-every N  seconds (default: 2)
  --operations N   in a second (default: 20)
  --loopback       no network namespaces, and no faults of the network
  --trace          prints what happens
  --help

Example:
  npm run integration -- --seeds 5 --nodes 5
`;

const { first, seeds, nodes, loopback, trace, usage } = optionsGiven(USAGE, (args) =>
  optionsOf(args, { nodes: '3', seconds: '20' }),
);
const init = { nodes, loopback, trace: trace ? console.log : undefined };
for (let seed = first; seed < first + seeds; seed += 1)
  await withWorld(init, async (world) => {
    const { operations, faults } = await round(world, { seed, ...usage });
    console.log(`seed ${seed}: ${operations} operations, ${faults} faults`);
    for (const fault of world.faults) console.log(`  ${fault}`);
  });
