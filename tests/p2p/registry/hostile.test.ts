import test, { type ExecutionContext } from 'ava';
import { Registry } from '#p2p/registry/registry.ts';
import { decodeMessage, encodeMessage } from '#p2p/registry/message.ts';
import { encode } from '#p2p/wire-format.ts';
import {
  writeCapacity,
  writeLoad,
  type Delta,
  type Entry,
  type RegistryMessage,
} from '#posiv-wit/generated/p2p/registry.ts';
import { ManualClock, seededRandom } from '../support/manual-clock.ts';

const [SELF, B, STRANGER] = [
  'naaaaaaaaaaaaaaaa',
  'nbbbbbbbbbbbbbbbb',
  'nzzzzzzzzzzzzzzzz',
] as const;
const LOAD = encode(writeLoad, { vtasks: 5, memoryUsed: 0 });
const CAPACITY = encode(writeCapacity, { name: 'b', lanes: 1, memoryLimit: 0 });

/** A registry of which the test plays all the others. */
class Lone {
  readonly clock = new ManualClock();
  readonly sent: { to: string; message: RegistryMessage; bytes: number }[] = [];
  readonly registry = new Registry(
    {
      clock: this.clock,
      random: seededRandom(1),
      send: (to, bytes) => {
        this.sent.push({ to, message: decodeMessage(bytes), bytes: bytes.length });
        return true;
      },
    },
    {
      self: SELF,
      incarnation: 1,
      isAdmitted: (node) => node !== STRANGER,
      onRecord: () => undefined,
      onFact: () => undefined,
    },
  );

  hear(message: RegistryMessage, from: string = B): void {
    this.registry.receive(from, encodeMessage(message));
  }

  tell(changes: Partial<Delta>, from: string = B): void {
    const entries = [
      { key: 'capacity', version: 1, value: CAPACITY },
      { key: 'load', version: 2, value: LOAD },
    ];
    const delta = { node: B, incarnation: 1, since: 0, until: 2, floor: 0, entries, ...changes };
    this.hear({ tag: 'news', val: { deltas: [delta], facts: [] } }, from);
  }
}

function refuses(t: ExecutionContext, changes: Partial<Delta>): void {
  const lone = new Lone();
  t.throws(() => lone.tell(changes), { code: 'invalid-record' });
  t.is(lone.registry.record(B), undefined);
}

function entry(key: string, value: Uint8Array | undefined, version = 1): Entry {
  return { key, version, value };
}

for (const [what, changes] of [
  ['of what is no node', { node: 'x' }],
  ['of a node that has never started', { incarnation: 0 }],
  ['that ends before its entries', { until: 1 }],
  ['that ends where it begins', { since: 2, until: 2, entries: [] }],
  ['whose entries are not in order', { entries: [entry('x', LOAD, 2), entry('y', LOAD, 1)] }],
  ['whose load is none', { entries: [entry('load', Uint8Array.of(1))] }],
  ['with a key that is too long', { entries: [entry('x'.repeat(521), LOAD)] }],
  ['with a value that is too long', { entries: [entry('x', new Uint8Array(1_025))] }],
  [
    'with a name that would reach a terminal',
    {
      entries: [
        entry('capacity', encode(writeCapacity, { name: '\u001B[2J', lanes: 1, memoryLimit: 0 })),
      ],
    },
  ],
] as const) {
  test(`a delta ${what} is refused`, (t) => refuses(t, changes));
}

test('a message that is too long is refused', (t) => {
  const lone = new Lone();
  t.throws(() => lone.registry.receive(B, new Uint8Array(64 * 1024 + 1)), {
    code: 'record-too-large',
  });
});

test('bytes that are no message are refused', (t) => {
  t.throws(() => new Lone().registry.receive(B, Uint8Array.of(9)), { code: 'malformed-value' });
});

test('what is told of a stranger, or of this node itself, is not kept', (t) => {
  const lone = new Lone();
  lone.tell({ node: STRANGER });
  lone.tell({ node: SELF, incarnation: 9 });
  t.is(lone.registry.record(STRANGER), undefined);
  t.is(lone.registry.record(SELF), undefined);
});

test('a delta of which something before is missing is asked for, not taken', (t) => {
  const lone = new Lone();
  lone.tell({});
  lone.tell({ since: 5, until: 6, entries: [entry('load', LOAD, 6)] });
  const nodes = [{ node: B, incarnation: 1, version: 2 }];
  t.deepEqual(
    lone.sent.map(({ message }) => message),
    [{ tag: 'want', val: { nodes, facts: [] } }],
  );
  t.is(lone.registry.record(B)?.vtasks, 5);
});

test('what is told of an earlier life changes nothing', (t) => {
  const lone = new Lone();
  lone.tell({ incarnation: 2 });
  const load = encode(writeLoad, { vtasks: 9, memoryUsed: 0 });
  lone.tell({ incarnation: 1, until: 50, entries: [entry('load', load, 50)] });
  t.is(lone.registry.record(B)?.vtasks, 5);
});

test('a node of which more is told than it may tell is given up, not kept', (t) => {
  const lone = new Lone();
  const value = new Uint8Array(1_000);
  const flood = async (): Promise<void> => {
    for (let part = 0; part < 60; part++) {
      const first = part * 50 + 1;
      const entries = Array.from({ length: 50 }, (_, at) =>
        entry(`k${first + at}`, value, first + at),
      );
      lone.tell({ since: first - 1, until: first + 49, entries });
      await lone.clock.advance(20);
    }
  };
  return t.throwsAsync(flood(), { code: 'invalid-record' });
});

test('a question for everything costs at most a quarter of a mebibyte', (t) => {
  const lone = new Lone();
  const named = Array.from({ length: 8_000 }, (_, at) => {
    return {
      tenant: 'tenant',
      name: `${at}`.padStart(60, 'x'),
      vtid: 'v',
      state: 'running' as const,
    };
  });
  const capacity = { name: 'a', lanes: 1, memoryLimit: 0, memoryUsed: 0, vtasks: 1 };
  lone.registry.publish({ ...capacity, named });
  const nodes = [{ node: SELF, incarnation: 0, version: 0 }];
  lone.hear({ tag: 'want', val: { nodes, facts: [] } });
  const bytes = lone.sent.reduce((sum, { bytes: each }) => sum + each, 0);
  t.true(bytes > 128 * 1024 && bytes <= 280 * 1024, `${bytes}`);
});

test('a peer that floods is not answered more than it may ask', (t) => {
  const lone = new Lone();
  for (let at = 0; at < 10_000; at++) lone.hear({ tag: 'offer', val: new Uint8Array(128) });
  t.true(lone.sent.length <= 256, `${lone.sent.length}`);
});
