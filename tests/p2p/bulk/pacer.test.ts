import test from 'ava';
import { Pacer } from '#p2p/bulk/pacer.ts';

test('a turn of the event loop has one piece, and peers follow each other however many pulls each has', async (t) => {
  const ticks: (() => void)[] = [];
  const pacer = new Pacer((run) => ticks.push(run));
  const had: string[] = [];
  const take = (peer: string): void => void pacer.turn(peer).then(() => had.push(peer));
  for (let at = 0; at < 4; at++) take('many');
  take('one');
  take('two');
  take('two');
  for (let turns = 1; turns <= 7; turns++) {
    t.is(ticks.length, 1);
    ticks.pop()!();
    await Promise.resolve();
    await Promise.resolve();
    t.is(had.length, turns);
  }
  t.deepEqual(had, ['many', 'one', 'two', 'many', 'two', 'many', 'many']);
  t.is(ticks.length, 0);
});
