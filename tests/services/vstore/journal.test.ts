import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { FullError } from '#services/vstore/errors.ts';
import { type Journal, openJournal } from '#services/vstore/journal.ts';
import { FaultyDisk } from './support/faulty-disk.ts';
import { TestFolder } from './support/folder.ts';

const FIXED = { bytes: () => Uint8Array.of(1, 2, 3, 4) };
// Version 1: its header, then one frame of the records "first" and "second", then one of an empty record.
const FIXTURE =
  '56535441524c4f4701000000010203042131a934130000002ec66634050000006669727374060000007365636f6e64040000004a1449c900000000';

interface Opened {
  readonly journal: Journal;
  readonly records: readonly string[];
}

async function open(disk: Disk): Promise<Opened> {
  const records: string[] = [];
  const replay = (record: Uint8Array): void => void records.push(Buffer.from(record).toString());
  return { journal: await openJournal({ disk, random: FIXED }, { path: 'log', replay }), records };
}

async function reopen(disk: Disk): Promise<readonly string[]> {
  const { journal, records } = await open(disk);
  await journal[Symbol.asyncDispose]();
  return records;
}

async function write(disk: Disk, records: readonly string[]): Promise<void> {
  const { journal } = await open(disk);
  for (const record of records) await journal.append(Buffer.from(record), () => {});
  await journal[Symbol.asyncDispose]();
}

test('a journal gives its records back in order', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['one', 'two', '']);
  await write(folder.disk, ['three']);
  t.deepEqual(await reopen(folder.disk), ['one', 'two', '', 'three']);
});

test('records that are appended in one turn share a sync', async (t) => {
  await using folder = await TestFolder.make();
  const disk = new FaultyDisk(folder.disk);
  const { journal } = await open(disk);
  let syncs = 0;
  disk.fail = (operation) => {
    if (operation === 'sync') syncs++;
    return undefined;
  };
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => journal.append(Buffer.from(`${index}`), () => {})),
  );
  t.is(syncs, 1);
  await journal[Symbol.asyncDispose]();
  t.is((await reopen(folder.disk)).length, 100);
});

test('a record is applied when it is durable, in the order of the file', async (t) => {
  await using folder = await TestFolder.make();
  const { journal } = await open(folder.disk);
  const applied: number[] = [];
  const appends = [1, 2, 3].map((number) =>
    journal.append(Buffer.from('x'), () => void applied.push(number)),
  );
  t.deepEqual(applied, []);
  await Promise.all(appends);
  t.deepEqual(applied, [1, 2, 3]);
  await journal[Symbol.asyncDispose]();
});

test('version 1 is written as it was when it was frozen', async (t) => {
  await using folder = await TestFolder.make();
  const { journal } = await open(folder.disk);
  await Promise.all(
    ['first', 'second'].map((record) => journal.append(Buffer.from(record), () => {})),
  );
  await journal.append(new Uint8Array(0), () => {});
  await journal[Symbol.asyncDispose]();
  t.is((await readFile(folder.path('log'))).toString('hex'), FIXTURE);
});

test('version 1 is read as it was when it was frozen', async (t) => {
  await using folder = await TestFolder.make();
  await writeFile(folder.path('log'), Buffer.from(FIXTURE, 'hex'));
  t.deepEqual(await reopen(folder.disk), ['first', 'second', '']);
});

test('a tail that is torn at any byte is cut off, and nothing before it', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['acknowledged', 'torn '.repeat(20)]);
  const whole = await readFile(folder.path('log'));
  const sound = 20 + 8 + 4 + 'acknowledged'.length;
  for (let length = 0; length < whole.length; length++) {
    await writeFile(folder.path('log'), whole.subarray(0, length));
    const { journal, records } = await open(folder.disk);
    t.deepEqual(records, length < sound ? [] : ['acknowledged'], `cut at ${length}`);
    await journal.append(Buffer.from('next'), () => {});
    await journal[Symbol.asyncDispose]();
    t.deepEqual(await reopen(folder.disk), [...records, 'next'], `cut at ${length}`);
  }
});

test('a tail of which any byte is wrong is cut off', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['acknowledged', 'torn']);
  const whole = await readFile(folder.path('log'));
  for (let at = whole.length - 16; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
    await writeFile(folder.path('log'), damaged);
    const { journal, records } = await open(folder.disk);
    t.deepEqual(records, ['acknowledged'], `at ${at}`);
    t.is(journal.cut, 16);
    await journal[Symbol.asyncDispose]();
  }
});

test('a tail of zeros, as a file system may leave it, is cut off', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['acknowledged']);
  const whole = await readFile(folder.path('log'));
  await writeFile(folder.path('log'), Buffer.concat([whole, Buffer.alloc(70_000)]));
  t.deepEqual(await reopen(folder.disk), ['acknowledged']);
});

test('damage at any byte before the last frame is reported with its offset', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['one', 'two', 'three']);
  const whole = await readFile(folder.path('log'));
  const second = 20 + 15;
  for (let at = second; at < second + 15; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at);
    await writeFile(folder.path('log'), damaged);
    const error = await t.throwsAsync(open(folder.disk), { code: 'journal-corrupt' });
    t.like(error, { offset: second });
    t.deepEqual(await readFile(folder.path('log')), damaged);
  }
});

test('what looks like a frame within a torn record is none', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['acknowledged']);
  // The same frame under another salt: who chooses a record does not know that of the file.
  await using other = await TestFolder.make();
  const { journal } = await (async () => {
    const random = { bytes: () => Uint8Array.of(9, 9, 9, 9) };
    return {
      journal: await openJournal({ disk: other.disk, random }, { path: 'log', replay() {} }),
    };
  })();
  await journal.append(Buffer.from('forged'), () => {});
  await journal[Symbol.asyncDispose]();
  const forged = (await readFile(other.path('log'))).subarray(20);
  await write(folder.disk, [forged.toString('latin1')]);
  const whole = await readFile(folder.path('log'));
  await writeFile(folder.path('log'), whole.subarray(0, whole.length - 1));
  t.deepEqual(await reopen(folder.disk), ['acknowledged']);
});

test('a file that is no journal is refused', async (t) => {
  await using folder = await TestFolder.make();
  await writeFile(folder.path('log'), 'x'.repeat(100));
  await t.throwsAsync(open(folder.disk), { code: 'journal-format' });
});

test('a journal of a later version is refused', async (t) => {
  await using folder = await TestFolder.make();
  const later = Buffer.from(FIXTURE, 'hex');
  later.writeUInt32LE(2, 8);
  await writeFile(folder.path('log'), later);
  await t.throwsAsync(open(folder.disk), { code: 'journal-format', message: /version 2/ });
});

test('a header that is damaged is refused', async (t) => {
  await using folder = await TestFolder.make();
  const damaged = Buffer.from(FIXTURE, 'hex');
  damaged.writeUInt8(0xff, 13);
  await writeFile(folder.path('log'), damaged);
  await t.throwsAsync(open(folder.disk), { code: 'journal-format', message: /damaged/ });
});

test('a record of more than 1 MiB is refused', async (t) => {
  await using folder = await TestFolder.make();
  const { journal } = await open(folder.disk);
  await t.throwsAsync(
    journal.append(Buffer.alloc(1_048_577), () => {}),
    { code: 'refused' },
  );
  await journal.append(Buffer.alloc(1_048_576), () => {});
  await journal[Symbol.asyncDispose]();
  t.is((await reopen(folder.disk))[0]?.length, 1_048_576);
});

test('many records of all sizes come back, over the borders of what is read at once', async (t) => {
  await using folder = await TestFolder.make();
  const { journal } = await open(folder.disk);
  const sizes = Array.from({ length: 60 }, (_, index) => (index * 76_543) % 1_000_000);
  await Promise.all(
    sizes.map((size, index) => journal.append(Buffer.alloc(size, index), () => {})),
  );
  await journal[Symbol.asyncDispose]();
  t.deepEqual(
    (await reopen(folder.disk)).map(({ length }) => length),
    sizes.map((size, index) => Buffer.alloc(size, index).toString().length),
  );
});

test('compaction leaves what the snapshot gives, and what is appended meanwhile', async (t) => {
  await using folder = await TestFolder.make();
  const { journal } = await open(folder.disk);
  const live: string[] = [];
  const append = (record: string): Promise<void> => {
    return journal.append(Buffer.from(record), () => void live.push(record));
  };
  for (let index = 0; index < 50; index++) await append(`old ${index}`);
  const before = append('before');
  const compacted = journal.compact(() =>
    ['summary', ...live.slice(50)].map((record) => Buffer.from(record)),
  );
  const after = append('after');
  await Promise.all([before, compacted, after]);
  await append('last');
  await journal[Symbol.asyncDispose]();
  t.deepEqual(await reopen(folder.disk), ['summary', 'before', 'after', 'last']);
});

test('a compaction that fails leaves the journal as it was', async (t) => {
  await using folder = await TestFolder.make();
  const disk = new FaultyDisk(folder.disk);
  const { journal } = await open(disk);
  await journal.append(Buffer.from('one'), () => {});
  disk.fail = (_operation, path) => (path === 'log.new' ? new FullError('test') : undefined);
  await t.throwsAsync(
    journal.compact(() => []),
    { code: 'full' },
  );
  await journal.append(Buffer.from('two'), () => {});
  await journal[Symbol.asyncDispose]();
  t.deepEqual(await reopen(folder.disk), ['one', 'two']);
});

test('a compaction that a crash interrupted is not seen', async (t) => {
  await using folder = await TestFolder.make();
  await write(folder.disk, ['one']);
  await writeFile(folder.path('log.new'), 'half a journal');
  t.deepEqual(await reopen(folder.disk), ['one']);
});

test('an append to a full disk fails and is not in the journal, the next one succeeds', async (t) => {
  await using folder = await TestFolder.make();
  const disk = new FaultyDisk(folder.disk);
  const { journal } = await open(disk);
  await journal.append(Buffer.from('one'), () => {});
  for (const room of [0, 1, 8, 12]) {
    disk.room = room;
    const never = (): void => t.fail();
    await t.throwsAsync(journal.append(Buffer.from('lost'), never), { code: 'full' });
    disk.room = Infinity;
    await journal.append(Buffer.from(`after ${room}`), () => {});
  }
  await journal[Symbol.asyncDispose]();
  t.deepEqual(await reopen(folder.disk), ['one', 'after 0', 'after 1', 'after 8', 'after 12']);
});

test('after a failed sync nothing more is taken until the journal is opened again', async (t) => {
  await using folder = await TestFolder.make();
  const disk = new FaultyDisk(folder.disk);
  const { journal } = await open(disk);
  await journal.append(Buffer.from('one'), () => {});
  disk.fail = (operation) => (operation === 'sync' ? new Error('EIO') : undefined);
  await t.throwsAsync(
    journal.append(Buffer.from('two'), () => {}),
    { code: 'journal-broken' },
  );
  disk.fail = () => undefined;
  await t.throwsAsync(
    journal.append(Buffer.from('three'), () => {}),
    { code: 'journal-broken' },
  );
  await journal[Symbol.asyncDispose]();
  t.is((await reopen(folder.disk))[0], 'one');
});
