import { appendFile } from 'node:fs/promises';
import test from 'ava';
import { Checks } from '#tests/simulation/checks/checks.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { comeUp } from './come-up.ts';
import { round } from './life.ts';
import { loopback, NamespaceNetwork, whyNoNetns } from './network.ts';
import { RealWorld } from './real-world.ts';

// `npm run integration` and `npm run soak` run longer.
const USAGE = { seed: 1, forMs: 6_000, faultEveryMs: 1_200, operationsPerSecond: 20 };
const NODES = 3;

test.serial('real processes keep what they promise through kills, stops and cuts', async (t) => {
  t.timeout(300_000); // of a busy machine: alone it takes twenty seconds
  const why = await whyNoNetns();
  if (why !== undefined) console.log(`not run: faults of the network, ${why}`);
  await using folder = await temporaryFolder();
  await using network = why === undefined ? await NamespaceNetwork.make(NODES) : loopback();
  await using world = await RealWorld.make({ nodes: NODES, network, folder: folder.path });
  await comeUp(world);
  const { operations } = await round(world, USAGE);
  t.deepEqual(world.faults, []);
  t.true(operations > 60, `only ${operations} operations`);
});

test('what nodes say is told to the checks in the order of time, whoever says it', async (t) => {
  await using folder = await temporaryFolder();
  const init = { nodes: 2, network: loopback(), folder: folder.path };
  await using world = await RealWorld.make(init);
  const [one, other] = world.machines;
  const line = (at: number, vtid: string, text: string): string =>
    `${JSON.stringify({ at, vtid, text, name: 'x', counts: true })}\n`;
  await appendFile(one!.testimony, line(1, 'a', 'born') + line(4, 'a', 'm c 1'));
  await appendFile(other!.testimony, line(3, 'b', 'born') + line(5, 'b', 'r 7'));
  await appendFile(one!.testimony, line(6, 'a', 'r 7') + '{"at":7,"vtid":"cut o');
  const faults: string[] = [];
  await world.tell(new Checks((what) => faults.push(what)));
  t.deepEqual(faults, [
    "a did 'm c 1' as x, which b is now",
    "a did 'r 7' as x, which b is now",
    'request 7 was carried out by b and a',
  ]);
});
