// npm run integration: lives of whole clusters of real processes.
import { round } from './life.ts';
import { optionsOf } from './options.ts';
import { withWorld } from './with-world.ts';

const {
  length: seeds,
  first,
  world: init,
  usage,
} = optionsOf({
  name: 'integration',
  summary: `Lives of whole clusters of real processes, which are killed, stopped, cut off and filled up, and what must hold of each. Ends with 1 and the
seed if something does not hold.`,
  length: { option: 'seeds', says: 'how many lives', usual: '1' },
  nodes: '3',
  seconds: '20',
  example: '--seeds 5 --nodes 5',
});
for (let seed = first; seed < first + seeds; seed += 1)
  await withWorld(init, async (world) => {
    const { operations, faults } = await round(world, { seed, ...usage });
    console.log(`seed ${seed}: ${operations} operations, ${faults} faults`);
    for (const fault of world.faults) console.log(`  ${fault}`);
  });
