import test from 'ava';
import type { PeerConnection } from '#p2p/connection.ts';
import { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';
import { Process } from './process.ts';
import { seededRandom } from './seeded-random.ts';
import { addressOf, SimulatedNetwork } from './simulated-network.ts';

const SLOW_MS = 500;

test('what a cut has held arrives before all that was sent after it, however slow the network is', async (t) => {
  const timeline = new Timeline();
  const network = new SimulatedNetwork(timeline, seededRandom(3, 'network'));
  const start = () => new Process(timeline, { rate: 1, wallOffsetMs: 0 });
  const got: number[] = [];
  network.transport('b', start()).accept((_purpose, far) =>
    far.open({
      onBytes: (bytes) => void got.push(...bytes),
      onDrain() {},
      onClose() {},
    }),
  );
  let near: PeerConnection | undefined;
  const signal = new AbortController().signal;
  void network
    .transport('a', start())
    .dial(addressOf('b'), 'wire', signal)
    .then((connection) => (near = connection));
  await timeline.runUntil(100);
  network.slowMs = SLOW_MS;
  const numbers = Array.from({ length: 200 }, (_, at) => at);
  for (const number of numbers)
    timeline.after(10 * number, () => near!.send(Uint8Array.of(number)));
  for (const at of [300, 900, 1_500]) {
    timeline.after(at, () => network.cut('a', 'b'));
    timeline.after(at + 250, () => network.mend('a', 'b'));
  }
  await timeline.runUntil(10_000);
  t.deepEqual(got, numbers);
});
