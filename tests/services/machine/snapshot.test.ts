// What is told where keeping a machine fails.
import test from 'ava';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { good } from '#tests/support/results.ts';
import { tinyGuest } from '#tests/support/tiny-guest.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { DriverWorld, processesLike } from './compliance/driver-world.ts';
import { TINY } from './support/hosts.ts';

test('of a snapshot that vStore does not take that is told, though its hypervisor ends meanwhile', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(60_000);
  await using folder = await temporaryFolder();
  await using world = await DriverWorld.open(folder.path);
  world.blobs.put('tiny', tinyGuest());
  const seat = world.seat();
  good(await seat.calls.create(TINY));
  world.blobs.isFull = true;
  world.blobs.onFull = async () => {
    const [hypervisor] = await processesLike(/qemu-system/);
    process.kill(hypervisor!, 'SIGKILL');
  };
  t.like(await seat.calls.takeSnapshot(), { ok: false, error: { tag: 'store' } });
  t.is((await seat.ended).tag, 'failed');
});
