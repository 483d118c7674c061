import test from 'ava';
import { LearningSwitch, type Port } from '#services/machine/network/switch.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { BROADCAST, ethernet } from './ethernet.ts';

const port = (): Port => ({ deliver() {} });

test('a frame goes where its receiver was last heard from, and to all before that', (t) => {
  const [here, there] = [port(), port()];
  const fabric = new LearningSwitch(new ManualClock());
  t.is(fabric.route(ethernet(2, 1), here), undefined);
  t.is(fabric.route(ethernet(1, 2), there), here);
  t.is(fabric.route(ethernet(2, 1), here), there);
  fabric.route(ethernet(BROADCAST, 1), there); // it has moved
  t.is(fabric.route(ethernet(1, 3), here), there);
});

test('what is for several goes to all, and nobody is believed to be several', (t) => {
  const here = port();
  const fabric = new LearningSwitch(new ManualClock());
  t.is(fabric.route(ethernet(BROADCAST, 1), here), undefined);
  fabric.route(ethernet(1, BROADCAST), here);
  t.is(fabric.route(ethernet(BROADCAST, 2), here), undefined);
});

test('a guest that sends from ever more addresses is forgotten for the newest alone', (t) => {
  const [flooder, other] = [port(), port()];
  const fabric = new LearningSwitch(new ManualClock());
  fabric.route(ethernet(BROADCAST, 1), flooder);
  for (let address = 2; address <= 1_025; address += 1)
    fabric.route(ethernet(BROADCAST, address), flooder);
  t.is(fabric.route(ethernet(1, 9_999), other), undefined);
  t.is(fabric.route(ethernet(1_025, 9_999), other), flooder);
});

test('who was not heard from for five minutes may be anywhere', async (t) => {
  const [here, there] = [port(), port()];
  const clock = new ManualClock();
  const fabric = new LearningSwitch(clock);
  fabric.route(ethernet(BROADCAST, 1), here);
  await clock.advance(299_999);
  t.is(fabric.route(ethernet(1, 2), there), here);
  await clock.advance(1);
  t.is(fabric.route(ethernet(1, 2), there), undefined);
});

test('behind a port that has gone is nobody', (t) => {
  const [here, there] = [port(), port()];
  const fabric = new LearningSwitch(new ManualClock());
  fabric.route(ethernet(BROADCAST, 1), here);
  fabric.forget(here);
  t.is(fabric.route(ethernet(1, 2), there), undefined);
});
