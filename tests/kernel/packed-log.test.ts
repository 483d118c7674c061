import test from 'ava';
import fc from 'fast-check';
import { PackedLog } from '#kernel/packed-log.ts';
import { CHANNEL_CASES, type Entry } from '#posiv-wit/generated/kernel.ts';

const action = fc.oneof(
  fc.record({
    text: fc.uint8Array({ minLength: 1, maxLength: 700 }),
    channel: fc.constantFrom(...CHANNEL_CASES),
    timeMs: fc.nat(Number.MAX_SAFE_INTEGER),
    most: fc.integer({ min: 0, max: 4_000 }),
  }),
  fc.record({ drop: fc.nat(4_000), below: fc.nat(60) }),
);

test('what is kept is what was added, but for the oldest', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.nat(60), (actions, from) => {
      const log = new PackedLog();
      const all: Entry[] = [];
      for (const each of actions) {
        if ('drop' in each) {
          const { first } = log;
          log.drop(each.drop, each.below);
          t.true(log.first === first || log.first <= each.below);
        } else {
          const { text, channel, timeMs, most } = each;
          all.push({ number: all.length, timeMs, channel, text: text.slice() });
          log.add(timeMs, channel, text, most);
          text.fill(0);
        }
        t.is(log.next, all.length);
      }
      const entries = [...log.from(from)].map((each) => ({ ...each, text: each.text.slice() }));
      t.deepEqual(entries, all.slice(Math.max(from, log.first)));
      log.drop(0, Infinity);
      t.deepEqual([log.bytes, log.first, [...log.from(0)]], [0, all.length, []]);
    }),
  );
});

test('short entries take little beside what they say, and a log of one of them too', (t) => {
  const log = new PackedLog();
  log.add(1, 'info', Uint8Array.of(1), 1 << 20);
  t.true(log.bytes <= 128);
  for (let count = 1; count < 10_000; count += 1) log.add(1, 'info', Uint8Array.of(1), 1 << 20);
  t.true(log.bytes < 10_000 * 16 + (16 << 10), `${log.bytes}`);
});
