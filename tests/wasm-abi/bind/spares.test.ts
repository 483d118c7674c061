import test from 'ava';
import { type Spare, Spares } from '#wasm-abi/bind/spares.ts';

const owner = {};

function spare(kind: string, bytes = 1, of: object = owner): Spare<string> {
  return { owner: of, bytes, fits: (wanted) => wanted === kind };
}

test('the latest that fits is taken, once, and only by its owner', (t) => {
  const spares = new Spares<string>();
  const [a, b, other, stranger] = [spare('a'), spare('a'), spare('b'), spare('a', 1, {})];
  for (const each of [a, b, other, stranger]) t.is(spares.put(each), 0);
  t.is(spares.take(owner, 'a'), b);
  t.is(spares.take(owner, 'a'), a);
  t.is(spares.take(owner, 'a'), undefined);
  t.is(spares.take(stranger.owner, 'a'), stranger);
  t.is(spares.take(owner, 'b'), other);
  t.deepEqual([spares.size, spares.bytes], [0, 0]);
});

test('where there are more than may be the oldest is dropped, whoever owns it', (t) => {
  const spares = new Spares<string>({ maxSpares: 3 });
  const all = [spare('a', 1, {}), spare('a'), spare('a', 1, {}), spare('a'), spare('a')];
  t.deepEqual(
    all.map((each) => spares.put(each)),
    [0, 0, 0, 1, 1],
  );
  t.is(spares.size, 3);
  t.deepEqual(
    all.map((each) => spares.take(each.owner, 'a')),
    [undefined, all[4], all[2], all[3], undefined],
  );
});

test('they never hold more bytes than they may, and one that is larger is not kept', (t) => {
  const spares = new Spares<string>({ maxBytes: 100 });
  let held = 0;
  for (let bytes = 10; bytes <= 60; bytes += 10) {
    held += bytes - spares.put(spare('a', bytes));
    t.is(spares.bytes, held);
    t.true(spares.bytes <= 100);
  }
  t.is(spares.bytes, 60);
  t.is(spares.put(spare('a', 101)), 101);
  t.is(spares.bytes, 60);
});
