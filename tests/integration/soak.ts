// npm run soak: one cluster of real processes goes through one round of random faults after another.
import { optionsGiven } from '#tests/support/command.ts';
import { excess, footprint } from './footprint.ts';
import { round } from './life.ts';
import { optionsOf } from './options.ts';
import { withWorld } from './with-world.ts';

const USAGE = `Usage: npm run soak -- [options]

One cluster of real processes goes through one round of random faults after another, each of a seed, and all that must hold is looked at after each.
Ends with 1 and the seed if something does not hold, also if a node holds more memory or handles than it should.

Options:
  --minutes N      no round is begun after so long (default: 10)
  --first-seed S   of the first round (default: 1)
  --nodes M        of the cluster (default: 5)
  --seconds N      of each round in which there are faults (default: 30)
  --fault-every N  seconds (default: 2)
  --operations N   in a second (default: 20)
  --loopback       no network namespaces, and no faults of the network
  --trace          prints what happens
  --help

Example:
  npm run soak -- --minutes 30 --first-seed 7
`;

const { first, minutes, nodes, loopback, trace, usage } = optionsGiven(USAGE, (args) =>
  optionsOf(args, { nodes: '5', seconds: '30' }),
);
const began = performance.now();
const past = (): number => (performance.now() - began) / 60_000;
const init = { nodes, loopback, trace: trace ? console.log : undefined };
await withWorld(init, async (world) => {
  for (let seed = first; past() < minutes && world.faults.length === 0; seed += 1) {
    const { operations, faults } = await round(world, { seed, ...usage });
    const prints = await Promise.all(world.machines.map(({ pid }) => footprint(pid)));
    for (const what of excess(prints)) world.fault(what);
    const megabytes = prints.map((each) => (each ? Math.round(each.bytes / 2 ** 20) : '-'));
    const handles = prints.map((each) => each?.handles ?? '-');
    console.log(
      `${past().toFixed(1)} min, seed ${seed}: ${operations} operations, ${faults} faults; ` +
        `MB ${megabytes.join(' ')}; handles ${handles.join(' ')}`,
    );
    for (const fault of world.faults) console.log(`  ${fault}`);
  }
});
