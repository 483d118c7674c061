// Containers whose programs attack what they can see.
import test, { type ExecutionContext } from 'ava';
import { descendants } from '#tests/services/machine/compliance/driver-world.ts';
import { openMachines, type Machines } from './machines.ts';

let machines: Machines;
test.before(async () => {
  machines = await openMachines('container');
});
test.after.always(() => machines[Symbol.asyncDispose]());

function claim(title: string, work: (t: ExecutionContext) => Promise<void>): void {
  test.serial(`a container ${title}`, async (t) => {
    if (machines.why === undefined) return work(t);
    t.log(`not run: install bubblewrap (${machines.why})`);
    t.pass();
  });
}

claim(
  'that floods its console is heard at a mebibyte a second, and ends when it is told to',
  async (t) => {
    const seat = await machines.make();
    const before = seat.said().length;
    const since = performance.now();
    await seat.calls.writeConsole(Buffer.from('while :; do cat /bin/busybox; done\n'));
    await machines.saidMore(seat, before + (3 << 20));
    const seconds = (performance.now() - since) / 1_000;
    // In each second, whenever that began, and what was read at once last.
    const most = (Math.ceil(seconds) + 1) * ((1 << 20) + (64 << 10));
    t.true(seat.said().length - before <= most, `${seat.said().length - before} of ${most}`);
    seat.leave();
    await machines.nothingIsLeft(t);
  },
);

claim(
  'that forks without end has as many processes as it may, and another one starts and has its own',
  async (t) => {
    const bomb = await machines.make();
    // Those that wait keep their places; those that fork go on to do so.
    await bomb.calls.writeConsole(
      Buffer.from('while sleep 1000 & do :; done\nf() { f | f & }; f\n'),
    );
    await bomb.until((said) => /can't fork/.test(said));
    const most = (await descendants()).length;
    t.true(most > 64 && most <= 140, `${most}`);
    const other = await machines.make();
    await other.calls.writeConsole(
      Buffer.from('n=0; while [ $n -lt 64 ]; do sleep 1000 & n=$((n+1)); done; echo has-$n\n'),
    );
    await other.until((said) => /has-64|can't fork/.test(said));
    t.notRegex(other.said(), /can't fork/);
    bomb.leave();
    other.leave();
    await machines.nothingIsLeft(t);
  },
);

claim('that fills its files is told that there is no room, and goes on', async (t) => {
  const seat = await machines.make();
  const said = await seat.says('for n in 1 2 3; do dd if=/dev/zero of=/f$n bs=1M count=40; done');
  t.regex(said, /No space left on device|File too large/);
  seat.leave();
  await machines.nothingIsLeft(t);
});

claim('that takes more memory than it was given is ended, with why', async (t) => {
  const seat = await machines.make();
  // Each stays below what one process may have, which ends itself where it asks for more; and what a shell does last takes its place.
  const holds = String.raw`x=$(head -c 12000000 /dev/zero | tr "\0" a); sleep 1000; :`;
  await seat.calls.writeConsole(
    Buffer.from(`for n in 1 2 3 4 5 6 7 8 9 10; do sh -c '${holds}' & done\n`),
  );
  t.regex(JSON.stringify(await seat.ended), /"failed","val":"memory: /, seat.said());
  await machines.nothingIsLeft(t);
});

claim('sees no file, process or network of the node, and reaches none', async (t) => {
  const seat = await machines.make();
  const reach =
    'ls -d /proc/[0-9]*; ls /; ls /tmp /home /root /etc/passwd; ip addr; kill -9 -1; id';
  const said = await seat.says(reach);
  t.true([...said.matchAll(/^\/proc\/\d+/gm)].length < 8, said);
  t.notRegex(said, /passwd$/m);
  t.regex(said, /uid=0/);
  t.notRegex(said, /eth|inet (?!127)/);
  seat.leave();
  await machines.nothingIsLeft(t);
});

claim('has no right, and comes by none', async (t) => {
  const seat = await machines.make();
  const tries = [
    'mount -t tmpfs none /bin',
    'mknod /sda b 8 0',
    'unshare -r true',
    'chroot / true',
    'hostname other',
    'echo x > /proc/sys/kernel/core_pattern',
    'echo x > /dev/shm/x',
    'reboot -f',
  ];
  for (const each of tries) t.notRegex(await seat.says(`${each} && echo got-it`), /^got-it/m, each);
  const status = await seat.says('cat /proc/self/status');
  t.regex(status, /^CapBnd:\s+0{16}\s/m);
  t.regex(status, /^NoNewPrivs:\s+1\s/m);
  seat.leave();
  await machines.nothingIsLeft(t);
});

claim('of a crowd is nice to its node', async (t) => {
  await using crowd = await openMachines('container', 0);
  const seat = await crowd.make();
  await seat.calls.writeConsole(Buffer.from('while :; do :; done\n'));
  await crowd.areNice(t, /^sh\0/);
  seat.leave();
  await crowd.nothingIsLeft(t);
});
