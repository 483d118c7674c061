import test, { type ExecutionContext } from 'ava';
import {
  readAcceptorRecord,
  writeAcceptorRecord,
  type AcceptorRecord,
} from '#posiv-wit/generated/p2p/registers.ts';
import { AcceptorLog } from '#p2p/registers/acceptor-log.ts';
import { firstConfiguration } from '#p2p/registers/configuration.ts';
import { decode, encode } from '#p2p/wire-format.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { MemoryJournal } from './support/memory-journal.ts';

const INIT = { cluster: 'c', node: 'n0' };
const CONFIGURATION = firstConfiguration(['n0.0123456789abcdef']);

function open(
  journal: MemoryJournal,
  init: Partial<typeof INIT> & { compactFromBytes?: number } = {},
): Promise<AcceptorLog> {
  const components = {
    random: seededRandom(1),
    logger: { warn: () => undefined },
    openJournal: async (replay: (record: Uint8Array) => void) => {
      for (const record of journal.records) replay(record);
      return journal;
    },
  };
  return AcceptorLog.open(components, { ...INIT, ...init });
}

function promise(key: string, counter: number): AcceptorRecord {
  return { tag: 'promised', val: { key, ballot: { counter, proposer: 'p' } } };
}

function accepted(key: string, counter: number, size = 1): AcceptorRecord {
  const state = { version: 1, value: new Uint8Array(size).fill(7), recent: [new Uint8Array(8)] };
  const ballot = { counter, proposer: 'p' };
  return {
    tag: 'accepted',
    val: { key, acceptance: { ballot, state, next: { ...ballot, counter: counter + 1 } } },
  };
}

async function refused(
  t: ExecutionContext,
  journal: MemoryJournal,
  code: string,
  init: Partial<typeof INIT> = {},
): Promise<void> {
  const error = await t.throwsAsync(open(journal, init));
  t.is((error as Error & { code: string }).code, code);
}

test('an acceptor is the same again when its log is opened again', async (t) => {
  const journal = new MemoryJournal();
  const before = await open(journal);
  await before.append({ tag: 'configured', val: CONFIGURATION });
  await before.append(accepted('k', 3));
  await before.append(promise('k', 9));
  await before.append(promise('l', 2));
  const after = await open(journal);
  t.is(after.id, before.id);
  t.deepEqual([...after.acceptor.slots()], [...before.acceptor.slots()]);
  t.is(after.acceptor.slot('k').promised.counter, 9);
  t.is(after.acceptor.slot('k').accepted?.ballot.counter, 3);
  t.deepEqual(after.acceptor.configuration, CONFIGURATION);
});

test('nothing is applied before it is durable', async (t) => {
  const journal = new MemoryJournal();
  const log = await open(journal);
  journal.held = [];
  const appending = log.append(promise('k', 5));
  t.is(log.acceptor.slot('k').promised.counter, 0);
  journal.held[0]!();
  await appending;
  t.is(log.acceptor.slot('k').promised.counter, 5);
});

test('a record that could not be written was never decided', async (t) => {
  const journal = new MemoryJournal();
  const log = await open(journal);
  journal.failing = new Error('the disk is full');
  await t.throwsAsync(log.append(promise('k', 5)), { message: 'the disk is full' });
  t.is(log.acceptor.slot('k').promised.counter, 0);
});

test('a log is written anew when it is much larger than what it holds, and holds the same', async (t) => {
  const journal = new MemoryJournal();
  const log = await open(journal, { compactFromBytes: 10_000 });
  await log.append({ tag: 'configured', val: CONFIGURATION });
  for (let counter = 1; counter < 300; counter += 2) await log.append(accepted('k', counter, 500));
  await log.append(promise('l', 4));
  t.true(journal.compactions > 0 && journal.size < 20_000);
  const again = await open(journal);
  t.is(again.id, log.id);
  t.deepEqual([...again.acceptor.slots()], [...log.acceptor.slots()]);
  t.deepEqual(again.acceptor.configuration, CONFIGURATION);
});

test('a new log makes another acceptor', async (t) => {
  const first = await open(new MemoryJournal());
  t.regex(first.id, /^n0\.[0-9a-f]{16}$/);
  const journal = new MemoryJournal();
  const random = seededRandom(2);
  const second = await AcceptorLog.open(
    { random, logger: { warn: () => undefined }, openJournal: async () => journal },
    INIT,
  );
  t.not(second.id, first.id);
});

test('the log of another node, cluster or version is refused', async (t) => {
  const journal = new MemoryJournal();
  await open(journal);
  await refused(t, journal, 'acceptor-log-foreign', { node: 'n1' });
  await refused(t, journal, 'acceptor-log-foreign', { cluster: 'd' });
  const later = { format: 2, cluster: 'c', acceptor: 'n0.0123456789abcdef' };
  journal.records = [encode(writeAcceptorRecord, { tag: 'identity', val: later })];
  await refused(t, journal, 'acceptor-log-foreign');
});

test('a log with anything else than an acceptor writes is refused', async (t) => {
  const journal = new MemoryJournal();
  const log = await open(journal);
  await log.append(accepted('k', 3));
  const sound = journal.records;
  for (const wrong of [
    [...sound, Uint8Array.of(99)],
    [...sound, new Uint8Array(0)],
    [...sound, sound[1]!.slice(0, -1)],
    [...sound, sound[0]!],
    [sound[1]!],
    [
      ...sound,
      encode(writeAcceptorRecord, { tag: 'configured', val: { epoch: 0, acceptors: [] } }),
    ],
  ]) {
    journal.records = wrong;
    await refused(t, journal, 'acceptor-log-malformed');
  }
});

test('records have the bytes that they had in version 1', (t) => {
  for (const [record, hex] of [
    [
      { tag: 'identity', val: { format: 1, cluster: 'c', acceptor: 'n0.0123456789abcdef' } },
      '000101 63 13 6e302e30313233343536373839616263646566',
    ],
    [
      { tag: 'configured', val: CONFIGURATION },
      '01 01 01 13 6e302e30313233343536373839616263646566',
    ],
    [promise('k', 300), '02 01 6b ac02 01 70'],
    [accepted('k', 3), '03 01 6b 03 01 70 01 01 01 07 01 08 0000000000000000 04 01 70'],
    [
      {
        tag: 'kept',
        val: { key: 'k', promised: { counter: 3, proposer: 'p' }, accepted: undefined },
      },
      '04 01 6b 03 01 70 00',
    ],
  ] as const) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    t.deepEqual(Buffer.from(encode(writeAcceptorRecord, record)), bytes);
    t.deepEqual(decode(readAcceptorRecord, new Uint8Array(bytes)), record);
  }
});
