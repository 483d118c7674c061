// Templates that are started, for as long as somebody waits for them.
import test from 'ava';
import { bad } from '#tests/support/results.ts';
import { tinyGuest } from '#tests/support/tiny-guest.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { eventually, temporaryFolder } from '#tests/cli/vstar-process.ts';
import { DriverWorld, processesLike } from './compliance/driver-world.ts';
import { TINY } from './support/hosts.ts';

for (const [backend, process] of [
  ['qemu-tcg', /qemu-system[^]*share=on/],
  ['v86', /v86\/emulator/],
] as const)
  test.serial(`${backend}: a template is started until nobody waits for it any more`, async (t) => {
    if (backend !== 'v86' && !hasQemu(t)) return;
    t.timeout(120_000);
    await using folder = await temporaryFolder();
    await using world = await DriverWorld.open(folder.path);
    world.blobs.put('tiny', tinyGuest());
    const spec = { ...TINY, backend, template: { ...TINY.template, ready: 'what it never says' } };
    const [one, other] = [world.seat(), world.seat()];
    const [first, second] = [one, other].map(({ calls }) => calls.create(spec));
    const isStarting = async (): Promise<boolean> => (await processesLike(process)).length > 0;
    await eventually(isStarting);
    one.leave();
    t.is(bad(await first!), 'failed');
    await world.driver.settled();
    await eventually(isStarting);
    other.leave();
    await world.driver.settled();
    // What it was promised is given back when there is nothing that takes it any more.
    t.deepEqual(await processesLike(process), []);
    t.like(await world.driver.report(), { machines: 0, memoryUsed: 0 });
    t.is(bad(await second!), 'failed');
    t.deepEqual(await world.left(), []);
  });
