// Containers of this machine, where bubblewrap is installed, and how one ends that is stopped.
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { cacheDir } from '#cli/folders.ts';
import { systemClock } from '#kernel/system-clock.ts';
import type { Snapshot, Spec } from '#posiv-wit/generated/machine.ts';
import type { Bubble } from '#services/machine/container/bubble.ts';
import { Container, type ContainerParts } from '#services/machine/container/container.ts';
import { good } from '#tests/support/results.ts';
import { DriverWorld, type Seat } from '../compliance/driver-world.ts';
import { Consoles } from '../support/consoles.ts';
import { debianTemplate } from '../support/debian-template.ts';
import { TINY } from '../support/hosts.ts';
import { MemoryBlobs } from '../support/memory-blobs.ts';

const MIB = 1 << 20;

let world: DriverWorld;
let spec: Spec;
let why: string | undefined;
test.before(async () => {
  world = await DriverWorld.open(cacheDir());
  const { backends, missing } = await world.driver.report();
  if (!backends.includes('container')) why = missing.join('; ');
  else spec = { ...TINY, template: await debianTemplate(world.blobs), backend: 'container' };
});
test.after.always(() => world[Symbol.asyncDispose]());

function claim(title: string, work: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(120_000);
    if (why === undefined) return work(t);
    t.log(`not run: install bubblewrap (${why})`);
    t.pass();
  });
}

async function make(changes: Partial<Spec> = {}): Promise<Seat> {
  const seat = world.seat();
  good(
    await seat.calls.create({ ...spec, shape: { ...TINY.shape, memory: 64 * MIB }, ...changes }),
  );
  return seat;
}

claim('the holes of a file take no room where a container is kept', async (t) => {
  const seat = await make();
  await seat.says('dd if=/dev/zero of=/holes bs=1 count=1 seek=40M; echo words >> /holes');
  const { disk } = good(await seat.calls.stop());
  t.true(world.blobs.sizeOf(disk)! < 10 * MIB, `${world.blobs.sizeOf(disk)}`);
  const again = await make({ from: { memory: undefined, disk, cpu: undefined } });
  t.regex(await again.says('wc -c < /holes; tail -c 6 /holes'), /^41943047\r?\nwords/m);
  again.leave();
});

claim('a template whose files are more than its memory is refused', async (t) => {
  const initrd = world.blobs.put('large', gzipSync(Buffer.alloc(40 * MIB)));
  const made = await world.seat().calls.create({ ...spec, template: { ...spec.template, initrd } });
  t.like(made, { ok: false, error: { tag: 'refused' } });
});

claim('what was kept of one and is no archive is told of as tar does', async (t) => {
  const disk = world.blobs.put('no-archive', Buffer.alloc(4 * MIB, 'x'));
  const from: Snapshot = { memory: undefined, disk, cpu: undefined };
  const made = await world.seat().calls.create({ ...spec, from });
  t.like(made, { ok: false, error: { tag: 'not-ready' } });
  t.regex(JSON.stringify(made), /container ended with status 125: .*archive/);
});

/** A container whose process is a script, in place of the walls and what is within. */
async function scripted(blobs: MemoryBlobs, script: string) {
  const words = ['/bin/sh', '-c', `echo ready >&4; read order <&3; ${script}`] as const;
  const parts = {
    clock: systemClock,
    agents: new Consoles().agents,
    blobs: () => blobs.calls,
    bubble: { words: () => words } as unknown as Bubble,
  } as unknown as ContainerParts;
  const container = new Container(parts, { vtid: 'agent', creator: undefined, tenant: 'default' });
  const from = { memory: undefined, disk: blobs.put('disk', Buffer.alloc(512)), cpu: undefined };
  await container.make({ ...TINY, template: { ...TINY.template, ready: 'ready' }, from });
  return { container, ended: container.ended };
}

test('one that switches itself off as it is stopped has ended well, and nothing is kept', async (t) => {
  const blobs = new MemoryBlobs();
  const { container, ended } = await scripted(blobs, 'exit 0');
  await t.throwsAsync(container.keep({ memory: false }), {
    code: 'failed',
    message: /not kept: the container ended with status 0/,
  });
  t.like(await ended, { off: true });
  t.is(blobs.open, 0);
});

test('one whose files were packed in part is not kept, and has failed', async (t) => {
  const blobs = new MemoryBlobs();
  for (const [script, message] of [
    ['echo some >&5; echo it broke >&2; exit 2', /ended with status 2: it broke/],
    ['echo some >&5; kill -9 $$', /ended with SIGKILL/],
  ] as const) {
    const { container, ended } = await scripted(blobs, script);
    await t.throwsAsync(container.keep({ memory: false }), { code: 'failed', message });
    t.like(await ended, { off: false });
    t.is(blobs.open, 0);
  }
});
