import test from 'ava';
import { Openings } from '#p2p/registers/openings.ts';
import { changed, MAX_VALUE_BYTES, NEVER_WRITTEN } from '#p2p/registers/register-state.ts';

const LARGE = changed(NEVER_WRITTEN, new Uint8Array(MAX_VALUE_BYTES), new Uint8Array(8));

test('every ballot is greater than all that were drawn and observed before', (t) => {
  const openings = new Openings('p');
  t.deepEqual(openings.draw(), { counter: 1, proposer: 'p' });
  openings.observe({ counter: 40, proposer: 'q' });
  openings.observe({ counter: 7, proposer: 'q' });
  t.deepEqual(openings.draw(), { counter: 41, proposer: 'p' });
});

test('what was kept for a register is given once', (t) => {
  const openings = new Openings('p');
  const opening = { ballot: openings.draw(), state: NEVER_WRITTEN };
  openings.keep('k', opening);
  t.is(openings.take('k'), opening);
  t.is(openings.take('k'), undefined);
});

test('nothing is kept of an old configuration', (t) => {
  const openings = new Openings('p');
  openings.keep('k', { ballot: openings.draw(), state: NEVER_WRITTEN });
  openings.clear();
  t.is(openings.take('k'), undefined);
});

test('beyond 16 MiB the one kept longest is forgotten', (t) => {
  const openings = new Openings('p');
  const keys = Array.from({ length: 300 }, (_, at) => `k${at}`);
  for (const key of keys) openings.keep(key, { ballot: openings.draw(), state: LARGE });
  const kept = keys.filter((key) => openings.take(key) !== undefined);
  t.true(kept.length > 200 && kept.length <= 256);
  t.deepEqual(kept, keys.slice(-kept.length));
});
