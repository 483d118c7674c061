// Machines whose disks are images, of which their nodes have nothing at first.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import type { Spec } from '#posiv-wit/generated/machine.ts';
import { DiskImage } from '#services/machine/images/disk-image.ts';
import { Qemu } from '#services/machine/qemu/qemu.ts';
import { bootSector } from '#tests/support/boot-sector.ts';
import { bad, good } from '#tests/support/results.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { Hosts, TINY } from '../support/hosts.ts';

const run = promisify(execFile);
const MIB = 2 ** 20;
const SIZE = 40 * MIB;
const INIT = { needsBoot: true, signal: new AbortController().signal, onRead() {} };

/** A disk of 40 MiB, 12 of them not empty, in a folder of its own. */
async function disk(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const raw = join(folder, 'raw');
  await using file = await open(raw, 'w');
  await file.truncate(SIZE);
  await file.write(bootSector(), 0, 512, 0);
  for (const at of [3, 17, 31]) await file.write(randomBytes(4 * MIB), 0, 4 * MIB, at * MIB);
  const qemu = await Qemu.find(process.env['PATH'] ?? '');
  return { folder, raw, qemu };
}

async function keptImage(hosts: Hosts, qemu: Qemu, file: string): Promise<Spec['template']> {
  await using image = await DiskImage.open(qemu, file, INIT);
  const pieces: Uint8Array[] = [];
  for await (const piece of image.pieces()) pieces.push(piece);
  hosts.keep('pieces', Buffer.concat(pieces));
  hosts.keep('index', Buffer.from(image.map.toText()));
  return { ...TINY.template, image: { pieces: 'pieces', index: 'index' } };
}

test('a disk is the same image whether it is raw or a qcow2, and its holes are not kept', async (t) => {
  if (!hasQemu(t)) return;
  const { folder, raw, qemu } = await disk(t);
  const packed = join(folder, 'packed');
  await run('qemu-img', ['convert', '-c', '-f', 'raw', '-O', 'qcow2', raw, packed]);
  await using one = await DiskImage.open(qemu, raw, INIT);
  await using other = await DiskImage.open(qemu, packed, INIT);
  t.is(one.digest, other.digest);
  t.is(one.map.size, SIZE);
  t.true(one.map.blobBytes >= 12 * MIB && one.map.blobBytes < 13 * MIB);
});

test('a qcow2 that is based on another file shows nothing of it', async (t) => {
  if (!hasQemu(t)) return;
  const { folder, raw, qemu } = await disk(t);
  const based = join(folder, 'based');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', raw, '-F', 'raw', based]);
  const link = join(folder, 'link');
  await symlink(based, link);
  for (const file of [based, link])
    await t.throwsAsync(DiskImage.open(qemu, file, INIT), { code: 'refused', message: /based on/ });
  await t.throwsAsync(DiskImage.open(qemu, '/dev/zero', { ...INIT, needsBoot: false }), {
    code: 'refused',
  });
});

test('a machine boots from its image by its firmware, when a part of it has come', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  const hosts = await Hosts.open(t, 'a');
  const { raw, qemu } = await disk(t);
  const userData = '#cloud-config\n';
  const image = await keptImage(hosts, qemu, raw);
  const template = { ...image, kernel: '', initrd: '', userData };
  const spec = { ...TINY, template };
  const machine = hosts.machine('a', 'agent');
  t.like(good(await machine.calls.create(spec)), { state: 'running' });
  const { imageFetched } = good(await machine.calls.stats());
  t.true(imageFetched > 0 && imageFetched <= 2 * MIB, `${imageFetched}`);
  machine.agentEnded();
  await hosts.isEmpty('a');
});

test('what a machine writes over its image is its own, and goes with it to another node', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(240_000);
  const hosts = await Hosts.open(t, 'a', 'b');
  const { raw, qemu } = await disk(t);
  const spec: Spec = { ...TINY, template: await keptImage(hosts, qemu, raw) };
  const [one, two] = [hosts.machine('a', 'agent-1'), hosts.machine('a', 'agent-2')];
  good(await one.calls.create(spec));
  good(await two.calls.create(spec));
  await one.type('wQr');
  await one.hasSaid('WQ');
  await two.type('r');
  await two.hasSaid('\xfc'); // as the image begins
  const kept = good(await one.calls.suspend());
  const again = hosts.machine('b', 'agent-3');
  good(await again.calls.create({ ...spec, from: kept }));
  await again.type('r');
  await again.hasSaid('Q');
  const moved = hosts.machine('a', 'agent-4');
  good(await moved.calls.migrateIn(spec, good(await again.calls.migrateOut())));
  await moved.type('r');
  await moved.hasSaid('Q');
  t.is(again.said(), 'Q');
  t.is(bad(await again.calls.stats()), 'no-machine');
});

test('a template that cannot be is refused, and leaves nothing', async (t) => {
  if (!hasQemu(t)) return;
  const hosts = await Hosts.open(t, 'a');
  const { raw, qemu } = await disk(t);
  const template = await keptImage(hosts, qemu, raw);
  hosts.keep('no-index', Buffer.from('{"version":1}'));
  const wrong: Partial<Spec>[] = [
    { shape: { ...TINY.shape, disk: 32 * MIB }, template },
    { template: { ...template, image: { pieces: 'pieces', index: 'no-index' } } },
    { template: { ...TINY.template, kernel: '' } },
    { template: { ...template, userData: 'x'.repeat((16 << 10) + 1) } },
    { name: 'no/name' },
  ];
  for (const [at, each] of wrong.entries()) {
    const { calls } = hosts.machine('a', `agent-${at}`);
    t.is(bad(await calls.create({ ...TINY, ...each })), 'refused', `${at}`);
  }
  await hosts.isEmpty('a');
  t.false(await hosts.hasImages('a')); // what was refused was not fetched either
});
