import { getEventListeners } from 'node:events';
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

test('no dial that is over, nor one of a process that has ended, listens to its signal any more', async (t) => {
  const timeline = new Timeline();
  const network = new SimulatedNetwork(timeline, seededRandom(3, 'network'));
  const start = () => new Process(timeline, { rate: 1, wallOffsetMs: 0 });
  const listening = start();
  network.transport('b', listening).accept(() => {});
  const from = start();
  const { dial } = network.transport('a', from);
  network.cut('a', 'silent');
  const signalOf = (to: string): AbortSignal => {
    const { signal } = new AbortController();
    dial(addressOf(to), 'wire', signal).catch(() => {});
    return signal;
  };
  const listeners = (signals: readonly AbortSignal[]): number[] =>
    signals.map((signal) => getEventListeners(signal, 'abort').length);
  const signals = [signalOf('b'), signalOf('nobody'), signalOf('silent')];
  t.deepEqual(listeners(signals), [1, 1, 1]);
  await timeline.runUntil(1_000);
  t.deepEqual(listeners(signals), [0, 0, 1]);
  from.end();
  network.ended('a', from, true);
  t.deepEqual(listeners(signals), [0, 0, 0]);
});
