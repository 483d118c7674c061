import test from 'ava';
import type {
  AcceptorOperation,
  AcceptorResult,
  Ballot,
  RegisterState,
} from '#posiv-wit/generated/p2p/registers.ts';
import { Acceptor } from '#p2p/registers/acceptor.ts';
import { firstConfiguration } from '#p2p/registers/configuration.ts';

const CONFIGURATION = firstConfiguration(['n.0000000000000000']);
const MAX_BYTES = 10_000;

function ballot(counter: number, proposer = 'p'): Ballot {
  return { counter, proposer };
}

function state(text: string): RegisterState {
  return { version: 1, value: new TextEncoder().encode(text), recent: [new Uint8Array(8)] };
}

/** An acceptor whose records are durable at once. */
function configured(): {
  acceptor: Acceptor;
  ask: (operation: AcceptorOperation, epoch?: number) => AcceptorResult;
} {
  const acceptor = new Acceptor(MAX_BYTES);
  const ask = (operation: AcceptorOperation, epoch = 1): AcceptorResult => {
    const { result, record } = acceptor.decide({ id: 1, epoch, operation });
    if (record !== undefined) acceptor.applied(record);
    return result;
  };
  ask({ tag: 'configure', val: CONFIGURATION });
  return { acceptor, ask };
}

function prepare(counter: number, proposer = 'p', key = 'k'): AcceptorOperation {
  return { tag: 'prepare', val: { key, ballot: ballot(counter, proposer) } };
}

function accept(counter: number, text: string, proposer = 'p', key = 'k'): AcceptorOperation {
  const acceptance = {
    ballot: ballot(counter, proposer),
    state: state(text),
    next: ballot(counter + 1, proposer),
  };
  return { tag: 'accept', val: { key, acceptance } };
}

test('it promises a ballot once, and again to whoever asks again, and nothing below', (t) => {
  const { ask } = configured();
  t.deepEqual(ask(prepare(5)), { tag: 'promised', val: undefined });
  t.deepEqual(ask(prepare(5)), { tag: 'promised', val: undefined });
  t.deepEqual(ask(prepare(4)), { tag: 'outbid', val: ballot(5) });
  t.deepEqual(ask(prepare(5, 'o')), { tag: 'outbid', val: ballot(5) });
  t.deepEqual(ask(prepare(5, 'q')), { tag: 'promised', val: undefined });
});

test('it accepts nothing below its promise, and tells what it accepted with the next promise', (t) => {
  const { ask } = configured();
  ask(prepare(5));
  t.deepEqual(ask(accept(4, 'x')), { tag: 'outbid', val: ballot(5) });
  t.deepEqual(ask(accept(5, 'x')), { tag: 'accepted' });
  t.deepEqual(ask(prepare(9)), { tag: 'promised', val: { ballot: ballot(5), state: state('x') } });
});

test('what it accepted it says again, though it has promised more', (t) => {
  const { ask } = configured();
  ask(accept(5, 'x'));
  ask(prepare(9));
  t.deepEqual(ask(accept(5, 'x')), { tag: 'accepted' });
  ask(accept(9, 'y'));
  t.is(ask(accept(5, 'x')).tag, 'outbid');
});

test('with a state it promises the next ballot of its proposer, which another can outbid', (t) => {
  const { ask } = configured();
  ask(accept(5, 'x'));
  t.is(ask(prepare(5, 'q')).tag, 'outbid');
  t.is(ask(accept(6, 'y')).tag, 'accepted');
  t.is(ask(prepare(8, 'q')).tag, 'promised');
  t.is(ask(accept(7, 'z')).tag, 'outbid');
});

test('each register has promises of its own', (t) => {
  const { ask } = configured();
  ask(prepare(9, 'p', 'k'));
  t.is(ask(prepare(1, 'p', 'l')).tag, 'promised');
});

test('a query makes no promise', (t) => {
  const { ask } = configured();
  ask(accept(5, 'x'));
  t.deepEqual(ask({ tag: 'query', val: 'k' }), {
    tag: 'holding',
    val: { ballot: ballot(5), state: state('x') },
  });
  t.deepEqual(ask({ tag: 'query', val: 'l' }), { tag: 'holding', val: undefined });
  t.is(ask(accept(6, 'y')).tag, 'accepted');
});

test('before it is configured it does nothing, and after that nothing of an old configuration', (t) => {
  const acceptor = new Acceptor(MAX_BYTES);
  t.deepEqual(acceptor.decide({ id: 1, epoch: 1, operation: prepare(1) }), {
    result: { tag: 'behind' },
  });
  const { ask } = configured();
  const newer = { ...CONFIGURATION, epoch: 2 };
  t.is(ask(prepare(1), 2).tag, 'behind');
  t.is(ask({ tag: 'configure', val: newer }).tag, 'configured');
  t.is(ask({ tag: 'configure', val: CONFIGURATION }).tag, 'configured');
  t.deepEqual(ask(prepare(1)), { tag: 'stale-epoch', val: newer });
  t.is(ask(prepare(1), 2).tag, 'promised');
});

test('an old configuration ends when the record of a newer one is under way, not only when it is durable', (t) => {
  const { acceptor, ask } = configured();
  const newer = { ...CONFIGURATION, epoch: 2 };
  const { record } = acceptor.decide({
    id: 1,
    epoch: 2,
    operation: { tag: 'configure', val: newer },
  });
  acceptor.taken(record!);
  t.is(ask(accept(1, 'x')).tag, 'stale-epoch');
  acceptor.settled(record!); // it could not be written
  t.is(ask(accept(1, 'x')).tag, 'accepted');
});

test('it lists registers in pages, in order, also those with nothing but a promise', (t) => {
  const { ask } = configured();
  const keys = Array.from({ length: 20 }, (_, at) => `key-${String(at).padStart(2, '0')}`);
  for (const key of keys.toReversed()) ask(accept(1, 'x', 'p', key));
  ask(prepare(1, 'p', 'zzz'));
  keys.push('zzz');
  t.deepEqual(ask({ tag: 'list-keys', val: '' }), { tag: 'keys', val: keys });
  t.deepEqual(ask({ tag: 'list-keys', val: 'key-17' }), {
    tag: 'keys',
    val: ['key-18', 'key-19', 'zzz'],
  });
  t.deepEqual(ask({ tag: 'list-keys', val: 'zzz' }), { tag: 'keys', val: [] });
});

test('beyond its memory it takes no new register, and goes on with those that it has', (t) => {
  const { acceptor, ask } = configured();
  let taken = 0;
  while (ask(accept(1, 'x', 'p', `k${taken}`)).tag === 'accepted') taken += 1;
  t.true(taken > 10 && acceptor.bytes < MAX_BYTES + 1_000);
  t.deepEqual(ask(prepare(1, 'p', 'another')), { tag: 'refused', val: 'full' });
  t.is(ask(accept(2, 'y', 'p', 'k0')).tag, 'accepted');
});
