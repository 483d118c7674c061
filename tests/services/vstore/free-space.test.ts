import test from 'ava';
import { FreeSpace } from '#services/vstore/free-space.ts';
import { MIB } from './support/calls.ts';
import { FaultyDisk } from './support/faulty-disk.ts';
import { TestFolder } from './support/folder.ts';

/** What so many writes of 1 MiB at the same time come to: the codes, `ok` of those that were made. */
async function write(space: FreeSpace, disk: FaultyDisk, count: number): Promise<string[]> {
  const writes = Array.from({ length: count }, async () => {
    try {
      await space.use(MIB, async () => void (disk.room -= MIB));
      return 'ok';
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
  return Promise.all(writes);
}

test('of many who write at the same time as many find room as there is, and the reserve stays free', async (t) => {
  await using folder = await TestFolder.make();
  const disk = new FaultyDisk(folder.disk);
  const space = new FreeSpace(disk, 2 * MIB);
  disk.room = 40 * MIB;
  t.deepEqual(new Set(await write(space, disk, 30)), new Set(['ok']));
  const codes = await write(space, disk, 20);
  t.is(codes.filter((code) => code === 'ok').length, 8);
  t.is(codes.filter((code) => code === 'full').length, 12);
  t.is(disk.room, 2 * MIB);
});
