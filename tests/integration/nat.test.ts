import test from 'ava';
import { encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Node } from '#posiv-wit/generated/cluster.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { echoes } from '#tests/node/guests/echoes.ts';
import { IMAGE, start } from '#tests/support/durable-guests.ts';
import { upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { comeUp } from './come-up.ts';
import { eventually } from './eventually.ts';
import { NatNetwork } from './nat-network.ts';
import { whyNoNetns } from './network.ts';
import { RealWorld } from './real-world.ts';

const OPEN = 2;
const NODES = 4; // of which the last two cannot reach each other, nor be reached

async function seen(client: PosivClient, name: string): Promise<Node> {
  return (await client.nodes.list()).find((node) => node.name === name)!;
}

test.serial(
  'nodes behind address translations of their own work together by way of another, and of the next when that one is killed',
  async (t) => {
    t.timeout(300_000); // of a busy machine
    const why = await whyNoNetns();
    if (why !== undefined) {
      console.log(`not run: ${why}`);
      t.pass();
      return;
    }
    let refusal = '';
    await using folder = await temporaryFolder();
    await using network = await NatNetwork.make(OPEN, NODES);
    await using world = await RealWorld.make({ nodes: NODES, network, folder: folder.path });
    await comeUp(world);
    const here = await world.reached(2);
    const there = await seen(here, 'm3');
    const relays = (await here.nodes.list()).filter(({ name }) => name === 'm0' || name === 'm1');
    const first = relays.find(({ id }) => id === there.relay);
    t.truthy(first, 'it is reached by way of one of the two that can be reached');

    const image = await echoes();
    await eventually(
      'an image is stored',
      async () => {
        try {
          await upload(here, IMAGE, image);
          return true;
        } catch (error) {
          refusal = (error as Error).message;
          return false;
        }
      },
      () => refusal,
    );
    const options = { ...DEFAULT_OPTIONS, detached: true, node: there.id };
    const echo = await start(here, undefined, options);
    good(await here.ipc.rpc(echo, 'echo', 20_000, encode(1)));

    const standings = new Set<string>();
    await world.machines[first!.name === 'm0' ? 0 : 1]!.kill({ all: true });
    await eventually('the other one takes its place', async () => {
      const { standing, connected, relay } = await seen(here, 'm3');
      standings.add(standing);
      return connected && relay !== undefined && relay !== first!.id;
    });
    t.false(standings.has('unreachable'));
    good(await here.ipc.rpc(echo, 'echo', 20_000, encode(2)));
    t.deepEqual(world.faults, []);
  },
);
