import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LentReader } from '#kernel/lane/lent-reader.ts';

async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** Writes these bytes, or others in their place, under the name of these. */
async function lend(folder: string, bytes: Uint8Array, written = bytes) {
  const file = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(folder, file), written);
  return { id: 1, file, size: bytes.length };
}

test('a file that is lent is read whole', async (t) => {
  const folder = await folderOf(t);
  const bytes = Buffer.alloc(300_000, 'lent');
  const reader = new LentReader(folder);
  t.deepEqual(Buffer.from(reader.read(await lend(folder, bytes))!), bytes);
});

test('a file that has other bytes, or fewer, or is not there, is not read', async (t) => {
  const folder = await folderOf(t);
  const bytes = Buffer.alloc(100_000, 1);
  const changed = Buffer.from(bytes);
  changed[50_000] = 0;
  const reader = new LentReader(folder);
  t.is(reader.read(await lend(folder, bytes, changed)), undefined);
  t.is(reader.read(await lend(folder, bytes, bytes.subarray(1))), undefined);
  t.is(reader.read({ id: 1, file: '0'.repeat(64), size: 100_000 }), undefined);
});

test('memory is used again once what was in it has been looked at, and not before', async (t) => {
  const folder = await folderOf(t);
  const [one, other] = [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 2)];
  const reader = new LentReader(folder);
  const kept = reader.read(await lend(folder, one))!;
  reader.forget();
  const next = reader.read(await lend(folder, other))!;
  t.not(next.buffer, kept.buffer);
  t.is(kept[0], 1);
  reader.spent();
  t.is(reader.read(await lend(folder, one))!.buffer, next.buffer);
});
