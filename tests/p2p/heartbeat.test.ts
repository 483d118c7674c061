import test from 'ava';
import { ManualClock } from './support/manual-clock.ts';
import { MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode } from './support/memory-node.ts';
import { RawPeer } from './support/raw-peer.ts';
import { encode, WIRE } from '#p2p/wire-format.ts';
import { writePong } from '#posiv-wit/generated/p2p/heartbeat.ts';

const MEASURED_MS = 20_000;

for (const peers of [2, 60]) {
  test(`a node with ${peers} peers sends at most 25 pings a second`, async (t) => {
    const clock = new ManualClock();
    const network = new MemoryNetwork(clock);
    const node = await startMemoryNode(network, { name: 'node', silentAfterMs: 3_600_000 });
    const others: RawPeer[] = [];
    const to = { name: 'node', id: node.id };
    for (let at = 0; at < peers; at++)
      others.push(await RawPeer.join({ network, clock }, `p${at}`, to));
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

test('who is heard from anyhow is pinged every fifth time only, to measure; who is silent, each time', async (t) => {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const node = await startMemoryNode(network, {
    name: 'node',
    heartbeatMs: 1_000,
    silentAfterMs: 60_000,
  });
  const peer = await RawPeer.join({ network, clock }, 'peer', { name: 'node', id: node.id });
  const pings = (): number => peer.kinds().filter((kind) => kind === WIRE.ping).length;
  const answersNothing = encode(writePong, { sequence: 0 });
  for (let at = 0; at < 50; at += 1) {
    peer.send(WIRE.pong, answersNothing);
    await clock.advance(400);
  }
  t.is(pings(), 5, 'one at once, and four in 20 s');
  await clock.advance(3_000);
  t.true(pings() >= 5 + 2);
});
