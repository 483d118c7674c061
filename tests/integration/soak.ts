// npm run soak: one cluster of real processes goes through one round of random faults after another.
import { excess, footprint } from './footprint.ts';
import { round } from './life.ts';
import { optionsOf } from './options.ts';
import { withWorld } from './with-world.ts';

const {
  length: minutes,
  first,
  world: init,
  usage,
} = optionsOf({
  name: 'soak',
  summary: `One cluster of real processes goes through one round of random faults after another, each of a seed, and all that must hold is looked at
after each. Ends with 1 and the seed if something does not hold, also if a node holds more memory or handles than it should.`,
  length: { option: 'minutes', says: 'no round is begun after so long', usual: '10' },
  nodes: '5',
  seconds: '30',
  example: '--minutes 30 --first-seed 7',
});
const began = performance.now();
const past = (): number => (performance.now() - began) / 60_000;
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
