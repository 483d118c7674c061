// Guests of real hypervisors that attack what they are given.
import test, { type ExecutionContext } from 'ava';
import { good } from '#tests/support/results.ts';
import { openMachines, type Machines } from './machines.ts';

const MIB = 1 << 20;

let machines: Machines;
test.before(async () => {
  machines = await openMachines('qemu-tcg');
});
test.after.always(() => machines[Symbol.asyncDispose]());

function claim(title: string, work: (t: ExecutionContext) => Promise<void>): void {
  test.serial(`a machine ${title}`, async (t) => {
    t.timeout(400_000);
    if (machines.why === undefined) return work(t);
    t.log(`not run: install qemu-system-x86 qemu-utils (${machines.why})`);
    t.pass();
  });
}

claim(
  'that floods its console is heard at a mebibyte a second at most, and others are heard',
  async (t) => {
    const [seat, other] = [await machines.make(), await machines.make()];
    const before = seat.said().length;
    const since = performance.now();
    await seat.calls.writeConsole(Buffer.from('while :; do cat /bin/busybox; done\n'));
    await machines.saidMore(seat, before + MIB);
    await other.says('true');
    const seconds = (performance.now() - since) / 1_000;
    // In each second, whenever that began, and what was read at once last.
    const most = (Math.ceil(seconds) + 1) * (MIB + (64 << 10));
    t.true(seat.said().length - before <= most, `${seat.said().length - before} of ${most}`);
    good(await seat.calls.pause());
    for (const each of [seat, other]) each.leave();
    await machines.nothingIsLeft(t);
  },
);

claim('that fills its disk takes no more than it was given, and goes on', async (t) => {
  const seat = await machines.make();
  await seat.says('dd if=/dev/zero of=/dev/vda bs=1M; sync');
  t.regex(await seat.says('dd if=/dev/zero of=/dev/vda bs=1M seek=64'), /No space left/);
  const { diskUsed } = good(await seat.calls.stats());
  t.true(diskUsed <= 64 * MIB * 1.01 + 16 * MIB, `${diskUsed}`);
  seat.leave();
  await machines.nothingIsLeft(t);
});

claim(
  'of a crowd that spins its processor is nice to its node, and ends when it is told to',
  async (t) => {
    await using crowd = await openMachines('qemu-tcg', 0);
    const seat = await crowd.make();
    await seat.calls.writeConsole(Buffer.from('while :; do :; done\n'));
    await crowd.areNice(t, /qemu-system/);
    good(await seat.calls.pause());
    seat.leave();
    await crowd.nothingIsLeft(t);
  },
);

claim('that writes rubbish to its devices harms itself alone', async (t) => {
  const [seat, other] = [await machines.make(), await machines.make()];
  const rubbish = [
    'for f in /sys/bus/pci/devices/*/config; do dd if=/dev/urandom of=$f bs=4 count=64; done',
    'for f in /sys/bus/pci/devices/*/resource?; do dd if=/dev/urandom of=$f bs=64 count=1; done',
    'dd if=/dev/urandom of=/dev/port bs=1 seek=49152 count=4096',
    'dd if=/dev/urandom of=/dev/mem bs=4096 seek=256 count=512',
    'reboot -f',
  ];
  await seat.calls.writeConsole(Buffer.from(`(${rubbish.join('; ')}) 2>/dev/null\n`));
  await other.says('true');
  // Whatever has become of it: it is there and does what its agent says, or it has ended and said how.
  const paused = await seat.calls.pause();
  if (paused.ok) t.like(good(await seat.calls.stats()), { state: 'paused' });
  else t.regex((await seat.ended).tag, /^(exited|failed)$/);
  for (const each of [seat, other]) each.leave();
  await machines.nothingIsLeft(t);
});
