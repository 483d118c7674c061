import test from 'ava';
import { ServiceBook } from '#node/services/service-book.ts';
import type { ServiceDescription } from '#posiv-wit/generated/cluster.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { bad, good } from '#tests/support/results.ts';

const SHOP: ServiceDescription = {
  name: 'shop',
  version: '1.0.0',
  interface: 'acme:shop/orders@1.0.0',
  state: 'running',
};

function setUp() {
  const clock = new ManualClock();
  const book = new ServiceBook(clock);
  const publish = (vtid: string, changes: Partial<ServiceDescription> = {}, tenant = 'alice') =>
    book.publish({ vtid, tenant }, { ...SHOP, ...changes });
  return { clock, book, publish };
}

test('what is published again under its name and interface replaces what was, and a new version begins anew', async (t) => {
  const { clock, book, publish } = setUp();
  const began = clock.wallTime();
  good(publish('v1', { state: 'starting' }));
  await clock.advance(1_000);
  good(publish('v1'));
  const [own] = book.all();
  t.like(own, { ...withoutState(), standing: 'running', sinceMs: began, vtask: ['v1', 'alice'] });
  good(publish('v1', { version: '1.0.1' }));
  t.deepEqual(
    book.all().map(({ version, sinceMs }) => [version, sinceMs]),
    [['1.0.1', began + 1_000]],
  );
});

test('who has ended is no service any more, nor who takes it back', (t) => {
  const { book, publish } = setUp();
  for (const vtid of ['v1', 'v2', 'v3']) good(publish(vtid));
  book.ended('v1');
  book.withdraw({ vtid: 'v2', tenant: 'alice' }, SHOP.name, SHOP.interface);
  book.withdraw({ vtid: 'v3', tenant: 'alice' }, 'other', SHOP.interface);
  t.deepEqual(
    book.all().map(({ vtask }) => vtask?.[0]),
    ['v3'],
  );
});

for (const [what, changes] of [
  ['a name', { name: 'My shop' }],
  ['an empty version', { version: '' }],
  ['a version that moves the cursor of a terminal', { version: '\u001b[2J' }],
  ['an interface', { interface: 'orders' }],
  ['an interface that is too long', { interface: `acme:shop/${'o'.repeat(119)}` }],
  ['a state that only others can see', { state: 'unreachable' }],
] as const)
  test(`${what} that is out of range is refused, and nothing is published`, (t) => {
    const { book, publish } = setUp();
    t.is(bad(publish('v1', changes)), 'refused');
    t.deepEqual(book.all(), []);
  });

test('a vTask is 8 services at most, a tenant has 128 and a node 512, and others may still publish', (t) => {
  const { book, publish } = setUp();
  for (let at = 0; at < 8; at += 1) good(publish('v1', { name: `shop-${at}` }));
  t.is(bad(publish('v1', { name: 'shop-8' })), 'quota-exceeded');
  good(publish('v1', { name: 'shop-0', version: '2' })); // it is there already
  for (let at = 0; at < 120; at += 1) good(publish(`w${at}`));
  t.is(bad(publish('w120')), 'quota-exceeded');
  for (const tenant of ['bob', 'carol', 'dave'])
    for (let at = 0; at < 128; at += 1) good(publish(`${tenant}-${at}`, {}, tenant));
  t.is(book.all().length, 512);
  t.is(bad(publish('x', {}, 'eve')), 'quota-exceeded');
  book.ended('v1');
  good(publish('x', {}, 'eve'));
});

function withoutState() {
  const { state: _state, ...rest } = SHOP;
  return rest;
}
