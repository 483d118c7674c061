// The driver with real hypervisors, and templates that are none.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { err } from '#posiv-wit/result.ts';
import { MachineDriver } from '#services/machine/driver/machine-driver.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { Consoles } from './support/consoles.ts';
import { driverComponents } from './support/driver-components.ts';
import { CACHES } from './support/hosts.ts';
import { MemoryBlobs } from './support/memory-blobs.ts';

const GIB = 2 ** 30;
const SPEC = {
  name: 'one',
  template: {
    kernel: 'kernel',
    initrd: 'initrd',
    image: undefined,
    userData: undefined,
    commandLine: '',
    board: 'pc',
    ready: '# ',
  },
  shape: { memory: 64 << 20, processors: 1, disk: GIB },
  cards: [],
  bandwidth: 1 << 20,
  from: undefined,
  paused: false,
  backend: undefined,
} as const;
const AGENT = { vtid: 'agent', creator: undefined, tenant: 'default' };

/** A driver on this machine, whose vStore has these blobs. */
async function driver(
  t: ExecutionContext,
  blobs: Readonly<Record<string, Uint8Array>>,
  path = process.env['PATH'] ?? '',
) {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  const store = new MemoryBlobs();
  for (const [name, bytes] of Object.entries(blobs)) store.put(name, bytes);
  const made = await MachineDriver.open(
    driverComponents({ agents: new Consoles().agents, blobs: () => store.calls }),
    { folder: join(folder, 'machines'), cacheDir: join(folder, 'cache'), path },
  );
  t.teardown(async () => {
    await made[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  /** What of machines and templates is on the disk. */
  const left = async (): Promise<string[]> => {
    const machines = await readdir(join(folder, 'machines'));
    const templates = await readdir(join(folder, 'cache', 'machine-templates')).catch(() => []);
    return [...machines.filter((name) => !CACHES.has(name)), ...templates];
  };
  return { made, calls: made.callsFor(AGENT), left, report: () => made.report() };
}

test('a template whose kernel is none is told of with what QEMU said, and leaves nothing', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  const { calls, left, report } = await driver(t, {
    kernel: new Uint8Array(1 << 16),
    initrd: new Uint8Array(1_024),
  });
  const made = await calls.create(SPEC);
  t.like(made, { ok: false, error: { tag: 'not-ready' } });
  t.regex(JSON.stringify(made), /QEMU ended with status 1: .*kernel/);
  t.deepEqual(await left(), []);
  t.like(await report(), { machines: 0, memoryUsed: 0 });
});

test('a template whose blobs are gone is told of, and leaves nothing', async (t) => {
  if (!hasQemu(t)) return;
  const { calls, left } = await driver(t, { kernel: new Uint8Array(1 << 16) });
  t.like(await calls.create(SPEC), { ok: false, error: { tag: 'store' } });
  t.deepEqual(await left(), []);
});

test('who asks for two machines at once gets one', async (t) => {
  if (!hasQemu(t)) return;
  const { calls } = await driver(t, {});
  const [first, second] = await Promise.all([calls.create(SPEC), calls.create(SPEC)]);
  t.like(first, { ok: false, error: { tag: 'store' } });
  t.like(second, { ok: false, error: { tag: 'refused' } });
});

test('an agent that ends while there is being made room for its machine leaves none', async (t) => {
  if (!hasQemu(t)) return;
  const { made, calls, left, report } = await driver(t, {});
  const creating = calls.create(SPEC);
  made.agentEnded(AGENT.vtid);
  t.like(await creating, { ok: false, error: { tag: 'failed', val: 'its agent has ended' } });
  t.deepEqual(await left(), []);
  t.like(await report(), { machines: 0, memoryUsed: 0 });
});

test('without a machine there is nothing to do', async (t) => {
  const { calls } = await driver(t, {});
  for (const work of [calls.pause, calls.resume, calls.suspend, calls.stop, calls.stats])
    t.deepEqual(await work(), err({ tag: 'no-machine' }));
  t.deepEqual(await calls.writeConsole(new Uint8Array(1)), err({ tag: 'no-machine' }));
});

test('where nothing is installed it is said what is to be', async (t) => {
  const { calls, report } = await driver(t, {}, '/nowhere');
  const wanted =
    /qemu-system-x86_64, qemu-img are not installed; on Debian: apt install qemu-system-x86 qemu-utils/;
  t.regex(JSON.stringify(await calls.create(SPEC)), wanted);
  const { backends, missing } = await report();
  t.deepEqual(backends, ['v86']); // of npm, as everything else
  t.regex(missing.join(), wanted);
});

test('a template that says nothing is refused', async (t) => {
  const { calls } = await driver(t, {});
  const spec = { ...SPEC, template: { ...SPEC.template, ready: '' } };
  t.like(await calls.create(spec), { ok: false, error: { tag: 'refused' } });
});

test('more than v86 can give a machine is refused, and says how much that is', async (t) => {
  const { calls, report } = await driver(t, {});
  for (const [more, said] of [
    [{ memory: 2 * GIB }, /memory is 2147483648: with v86 at most 2080374784/],
    [{ processors: 2 }, /processors is 2: with v86 at most 1/],
  ] as const) {
    const shape = { ...SPEC.shape, ...more };
    const made = await calls.create({ ...SPEC, shape, backend: 'v86' });
    t.like(made, { ok: false, error: { tag: 'refused' } });
    t.regex(JSON.stringify(made), said);
  }
  t.like(await report(), { machines: 0, memoryUsed: 0 });
});

test('a container is for the owner of the node alone', async (t) => {
  const { made } = await driver(t, {});
  if (!(await made.report()).backends.includes('container')) {
    t.log('not run: install bubblewrap');
    return t.pass();
  }
  const calls = made.callsFor({ ...AGENT, tenant: 'mallory' });
  const refused = await calls.create({ ...SPEC, backend: 'container' });
  t.like(refused, { ok: false, error: { tag: 'refused' } });
  t.regex(JSON.stringify(refused), /owner of the node/);
});
