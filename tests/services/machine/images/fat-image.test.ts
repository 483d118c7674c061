// What is written is read by others: mtools, and blkid, which is how cloud-init finds it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { FAT_ROOM_BYTES, fatImage } from '#services/machine/images/fat-image.ts';
import { MAX_USER_DATA_BYTES, seedImage } from '#services/machine/images/seed.ts';

const run = promisify(execFile);

const CARDS = [
  { mac: '02:00:0a:50:00:07', network: { tag: 'link', val: 'lan' } },
  { mac: '02:00:0a:00:02:0f', network: { tag: 'user', val: { outward: false, forwards: [] } } },
] as const;

test('mtools finds in a seed what cloud-init is to be told, under its name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const words = `#cloud-config\n${'# the longest that is taken\n'.repeat(600)}`.slice(
    0,
    MAX_USER_DATA_BYTES,
  );
  const file = join(folder, 'seed');
  await writeFile(file, seedImage({ name: 'web-1', cards: CARDS }, words));
  const read = async (name: string): Promise<string> =>
    (await run('mtype', ['-i', file, `::${name}`])).stdout;
  try {
    t.is(await read('user-data'), words);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.log('not run: install mtools');
    return t.pass();
  }
  t.deepEqual(JSON.parse(await read('meta-data')), {
    'instance-id': 'web-1',
    'local-hostname': 'web-1',
  });
  t.deepEqual(JSON.parse(await read('network-config')), {
    version: 2,
    ethernets: {
      net0: { match: { macaddress: '02:00:0a:50:00:07' }, addresses: ['10.80.0.7/16'] },
      net1: { match: { macaddress: '02:00:0a:00:02:0f' }, dhcp4: true },
    },
  });
  t.regex((await run('mlabel', ['-s', '-i', file, '::'])).stdout, /CIDATA/);
});

test('files fill it to the last byte, and no further', (t) => {
  t.notThrows(() => fatImage('X', [{ name: 'all', bytes: new Uint8Array(FAT_ROOM_BYTES) }]));
  t.throws(() => fatImage('X', [{ name: 'all', bytes: new Uint8Array(FAT_ROOM_BYTES + 1) }]), {
    message: 'no room for all',
  });
});
