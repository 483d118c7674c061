import test from 'ava';
import { ManualClock } from './support/manual-clock.ts';
import { MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode } from './support/memory-node.ts';
import { RawPeer } from './support/raw-peer.ts';
import { WIRE } from '#p2p/wire-format.ts';

const MEASURED_MS = 20_000;

for (const peers of [2, 60]) {
  test(`a node with ${peers} peers sends at most 25 pings a second`, async (t) => {
    const clock = new ManualClock();
    const network = new MemoryNetwork(clock);
    const node = await startMemoryNode(network, { name: 'node', silentAfterMs: 3_600_000 });
    const others: RawPeer[] = [];
    for (let at = 0; at < peers; at++) {
      const dialling = RawPeer.dial(network, `p${at}`, 'node');
      await clock.advance(2);
      const peer = await dialling;
      peer.sayHello();
      peer.sayAck(node.id);
      await clock.advance(2);
      others.push(peer);
    }
    const pings = (): number =>
      others.reduce((sum, peer) => sum + peer.kinds().filter((one) => one === WIRE.ping).length, 0);
    await clock.advance(5_000);
    const before = pings();
    await clock.advance(MEASURED_MS);
    const perSecond = ((pings() - before) * 1_000) / MEASURED_MS;
    t.true(perSecond > 0);
    t.true(perSecond <= 25.5, `${perSecond} a second`);
  });
}
