import { duplexPair } from 'node:stream';
import test from 'ava';
import { Card, ratesOf } from '#services/machine/network/card.ts';
import { framed } from '#services/machine/network/frame-stream.ts';
import { Trunk } from '#services/machine/network/trunk.ts';
import { joinUserNetwork } from '#services/machine/network/user-cable.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { ethernet } from './ethernet.ts';

const KIB = 1_024;

function card(bytesPerSecond = 1 << 30) {
  const clock = new ManualClock();
  const [socket, guest] = duplexPair();
  const traffic = { received: 0, sent: 0, dropped: 0 };
  const made = new Card({ clock, socket, rates: ratesOf(bytesPerSecond, 0), traffic });
  return { clock, guest, socket, traffic, card: made };
}

const FRAME = ethernet(2, 4, 'x'.repeat(1_010)); // 1,024 bytes

test('what a machine does not read is dropped after some', (t) => {
  const { card: each, socket, traffic } = card();
  for (let count = 0; count < 2_000; count += 1) each.deliver(FRAME);
  t.true(socket.writableLength < 300 * KIB);
  t.is(traffic.received / KIB + traffic.dropped, 2_000);
  t.true(traffic.dropped > 1_000);
});

test('a machine is sent no more in a second than its bandwidth and a burst', async (t) => {
  const { card: each, clock, guest, traffic } = card(100 * KIB);
  guest.resume();
  for (let ms = 0; ms < 1_000; ms += 1) {
    each.deliver(FRAME);
    await clock.advance(1);
  }
  t.true(traffic.received >= 100 * KIB && traffic.received < 115 * KIB, `${traffic.received}`);
});

test('a machine that sends more than its bandwidth is held back, and loses nothing', async (t) => {
  const { card: each, clock, guest, traffic } = card(100 * KIB);
  const times: number[] = [];
  each.onFrame = () => times.push(clock.now());
  for (let count = 0; count < 200; count += 1) guest.write(framed(FRAME));
  for (let ms = 0; ms < 1_000; ms += 1) await clock.advance(1);
  t.true(times.length < 130, `${times.length}`);
  await clock.advance(2_000);
  t.is(times.length, 200);
  t.is(traffic.sent, 200 * KIB);
});

test('what is no frames ends a card', async (t) => {
  const { guest, socket } = card();
  guest.write(Buffer.alloc(64, 0xff));
  await settled();
  t.true(socket.destroyed);
});

test('a network with the node waits for a machine that does not read, and loses nothing', async (t) => {
  const { card: each, guest, socket, traffic } = card();
  const [network, slirp] = duplexPair();
  joinUserNetwork(each, network);
  for (let count = 0; count < 1_000; count += 1) slirp.write(framed(FRAME));
  await settled();
  t.true(socket.writableLength < 300 * KIB, `${socket.writableLength}`);
  t.true(traffic.received < 1_000 * KIB);
  guest.resume();
  await settled();
  await settled();
  t.like(traffic, { received: 1_000 * KIB, dropped: 0 });
});

test('frames for a node that does not answer are dropped after some', async (t) => {
  const clock = new ManualClock();
  const calls: number[] = [];
  const answer = Promise.withResolvers<boolean>();
  const trunk = new Trunk(clock, (frames) => {
    calls.push(frames.length);
    return answer.promise;
  });
  for (let count = 0; count < 1_000; count += 1) trunk.deliver(FRAME);
  t.is(calls.length, 4);
  answer.resolve(true);
  await settled();
  const sent = calls.reduce((sum, each) => sum + each, 0);
  t.true(sent > 500 && sent < 600, `${sent}`);
  t.true(Math.max(...calls) <= 128);
});
