import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { Base } from '#kernel/cgroup/base.ts';
import { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { NodeGroups, openGroups } from '#kernel/cgroup/node-groups.ts';
import type { Settings } from '#kernel/cgroup/entering.ts';
import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import { hasGroups, lives, PATH, REAL, REASONS, sorted } from './support.ts';

/** A shell that leaves a child in a session of its own, of which it says the number, and waits. */
const ESCAPES = 'setsid sh -c "echo \\$\\$; exec sleep 1000" & wait';

interface Started {
  readonly child: ReturnType<typeof spawn>;
  readonly escaped: number;
  readonly place: Cgroup;
}

async function start(group: ProcessGroup): Promise<Started> {
  const [program, ...args] = group.enter(['sh', '-c', ESCAPES]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, escaped: Number(said.toString()), place: new Cgroup(args[2]!) };
}

/** Whether there is such a cgroup. */
const isThere = (group: Cgroup): Promise<boolean> =>
  group.pids().then(
    () => true,
    () => false,
  );

test('what a process starts is in its cgroup from the first, wherever it hides, and ends with it', async (t) => {
  await using opened = await openGroups(REAL, { path: PATH });
  const [layer] = opened.layers;
  if (!opened.groups) return t.regex(layer!.why!, REASONS);
  t.true(layer!.on);
  const group = await opened.groups.machine('alice', { 'pids.max': 100 });
  const { child, escaped, place } = await start(group!);
  t.deepEqual(sorted(await place.pids()), sorted([child.pid!, escaped]));
  const exit = once(child, 'exit');
  await group!.close();
  t.deepEqual(await exit, [null, 'SIGKILL']);
  t.false(await lives(escaped));
  t.false(await isThere(place));
  t.false(await isThere(new Cgroup(dirname(dirname(place.path)))), 'nobody of the tenant is left');
});

test('a tenant whose machines have all ended has cgroups again for those that come then', async (t) => {
  await using opened = await openGroups(REAL, { path: PATH });
  const { groups } = opened;
  if (!groups) return t.regex(opened.layers[0]!.why!, REASONS);
  for (const count of [2, 1]) {
    const all = await Promise.all(Array.from({ length: count }, () => groups.machine('alice', {})));
    const started = await Promise.all(all.map((each) => start(each!)));
    for (const { child, place } of started) t.true((await place.pids()).includes(child.pid!));
    await Promise.all(all.map((each) => each!.close()));
    t.false(await isThere(new Cgroup(dirname(dirname(started[0]!.place.path)))));
  }
});

test('a cell goes over to its tenant with all that it has started, and the cgroup of a tenant lasts as long as it has one', async (t) => {
  await using opened = await openGroups(REAL, { path: PATH });
  const { groups } = opened;
  if (!groups) return t.regex(opened.layers[0]!.why!, REASONS);
  const [first, second] = [groups.cell({}), groups.cell({})];
  const [one, two] = [await start(first), await start(second)];
  t.true((await one.place.pids()).includes(one.child.pid!));
  await Promise.all([first.join('alice'), second.join('alice')]);
  const top = new Cgroup(dirname(dirname(one.place.path)));
  const tenant = top.child('tenant-alice');
  const pidsOf = async (group: Cgroup): Promise<number[]> =>
    (await Promise.all((await group.children()).map((each) => each.pids()))).flat();
  const all = [one, two].flatMap(({ child, escaped }) => [child.pid!, escaped]);
  t.deepEqual(sorted(await pidsOf(tenant)), sorted(all));
  t.false(await isThere(one.place));
  await first.close();
  t.deepEqual(sorted(await pidsOf(tenant)), sorted([two.child.pid!, two.escaped]));
  await second.close();
  t.false(await isThere(tenant));
});

test('what one is not told to end ends with the cgroups of the node', async (t) => {
  let left: Started | undefined;
  {
    await using opened = await openGroups(REAL, { path: PATH });
    if (!opened.groups) return t.regex(opened.layers[0]!.why!, REASONS);
    left = await start(opened.groups.cell({}));
  }
  t.false(await lives(left.escaped));
  t.false(await isThere(new Cgroup(dirname(dirname(left.place.path)))));
});

test('who opens cgroups where a node was killed ends what it has left, and lets be what lives', async (t) => {
  await using opened = await openGroups(REAL, { path: PATH });
  if (!opened.groups) return t.regex(opened.layers[0]!.why!, REASONS);
  const own = await start(opened.groups.cell({}));
  const script = 'echo $$; exec sleep 1000';
  const node = hasGroups('exec "$@"', '', '', script);
  const said = [await node.next(), await node.next()];
  const sleeper = Number(said.find((line) => /^\d+$/.test(line)));
  const { cgroup, pid } = JSON.parse(said.find((line) => line.startsWith('{'))!) as {
    cgroup: string;
    pid: number;
  };
  t.truthy(cgroup);
  node.child.kill('SIGKILL');
  await once(node.child, 'exit');
  t.true(await lives(sleeper), 'nothing else ends it');
  const next = await openGroups(REAL, { path: PATH });
  t.false(await lives(sleeper));
  const parent = new Cgroup(dirname(dirname(dirname(own.place.path))));
  const names = (await parent.children()).map(({ path }) => path);
  t.deepEqual(
    names.filter((name) => name.includes(`-${pid}-`)),
    [],
  );
  t.true(await lives(own.escaped));
  await next[Symbol.asyncDispose]();
});

test('where it may make none, and where there are none, every layer of them is off, and the first says why', async (t) => {
  const proc = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  await writeFile(join(proc, 'cgroup'), '0::/\n');
  await writeFile(join(proc, 'mountinfo'), '1 0 0:1 / /sys rw - cgroup2 cgroup2 rw\n');
  const whyOf = async (init: { proc?: string; path: string }): Promise<(string | undefined)[]> => {
    await using opened = await openGroups(REAL, init);
    t.is(opened.groups, undefined);
    t.true(opened.layers.every(({ on }) => !on));
    return opened.layers.map(({ why }) => why);
  };
  const [why, ...others] = await whyOf({ proc, path: PATH });
  t.regex(why!, /^it may make none in \/sys \(E[A-Z]+\): systemd-run .*Delegate=yes vstar node/);
  t.deepEqual(new Set(others), new Set(['there is no cgroup to have it in']));
  t.is((await whyOf({ proc: '/nowhere', path: PATH }))[0], 'no cgroup v2 is mounted');
  t.is((await whyOf({ path: '/nowhere' }))[0], 'sh is not installed');
  await rm(proc, { recursive: true });
});

/** Where this kernel has the controllers elsewhere: what would be set, by its path. */
class Written extends Cgroup {
  readonly files: Map<string, string>;
  /** What the end of some takes. */
  readonly ends: Map<string, () => Promise<void>>;

  constructor(
    path: string,
    files = new Map<string, string>(),
    ends = new Map<string, () => Promise<void>>(),
  ) {
    super(path);
    this.files = files;
    this.ends = ends;
  }

  override child(name: string): Cgroup {
    return new Written(`${this.path}/${name}`, this.files, this.ends);
  }

  override async make(): Promise<void> {}
  override async takeAll(): Promise<void> {}

  override makeNow(settings: Settings): void {
    for (const [file, value] of Object.entries(settings))
      this.files.set(`${this.path}/${file}`, `${value}`);
  }

  override async remove(): Promise<void> {
    await this.ends.get(this.path)?.();
    for (const file of this.files.keys())
      if (file.startsWith(`${this.path}/`)) this.files.delete(file);
  }

  override async set(file: string, value: string | number): Promise<void> {
    this.files.set(`${this.path}/${file}`, `${value}`);
  }
}

const WANTED = ['cpu', 'memory', 'pids'];

function baseOf(top: Written, off = new Map<string, string>()): Base {
  return { top, off, async [Symbol.asyncDispose]() {} };
}

test('a tenant that has no cell has its weight from its first machine on, and what it is told later', async (t) => {
  const top = new Written('top');
  const groups = await NodeGroups.open(REAL, baseOf(top), WANTED, '/bin/sh');
  const weight = (): string | undefined => top.files.get('top/tenant-alice/cpu.weight');
  await groups.weigh('alice', 700);
  t.is(weight(), undefined, 'it has nothing here');
  const [first, second] = [
    await groups.machine('alice', {}, 300),
    await groups.machine('alice', {}, 300),
  ];
  t.is(weight(), '300');
  await groups.weigh('alice', 400);
  t.is(weight(), '400');
  await first!.close();
  t.is(weight(), '400');
  await second!.close();
  t.is(weight(), undefined, 'nothing of it is left');
  const third = await groups.machine('alice', {}, 400);
  t.is(weight(), '400');
  await third!.close();
});

test('a process that cannot be ended is counted no more, and no other tenant waits for it', async (t) => {
  const top = new Written('top');
  const groups = await NodeGroups.open(REAL, baseOf(top), WANTED, '/bin/sh');
  const [one, other] = [
    await groups.machine('alice', {}, 300),
    await groups.machine('alice', {}, 300),
  ];
  const place = one!.enter(['a'])[3]!;
  top.ends.set(place, () => Promise.reject(new Error('EBUSY')));
  await one!.close();
  await one!.close(); // it is left once
  t.is(top.files.get('top/tenant-alice/cpu.weight'), '300');

  const ending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  top.ends.set('top/tenant-alice', () => {
    begun.resolve();
    return ending.promise;
  });
  const closing = other!.close();
  await begun.promise; // the last of the tenant
  const machine = await groups.machine('bob', {}, 200);
  t.is(top.files.get('top/tenant-bob/cpu.weight'), '200');
  const again = groups.machine('alice', {}, 500);
  ending.resolve();
  await closing;
  await again;
  t.is(top.files.get('top/tenant-alice/cpu.weight'), '500', 'made again after its end');
  await machine!.close();
});

test('a tenant has its weight in its cgroup, whichever of its cells is told, and what has no controller is not set', async (t) => {
  const top = new Written('top');
  const base = baseOf(top, new Map([['memory', 'it is not there']]));
  const groups = await NodeGroups.open(REAL, base, WANTED, '/bin/sh');
  t.true(groups.weighs);
  t.true(Number(top.files.get('top/cpu.weight')) >= 11);
  const bounds = { 'cpu.weight': 200, 'memory.max': 1, 'pids.max': 90 };
  const cell = groups.cell(bounds);
  await cell.weigh(1); // it is nobody's yet
  t.deepEqual(cell.enter(['a', 'b']).slice(3), ['top/warm/cell-1', 'a', 'b']);
  t.is(top.files.get('top/warm/cell-1/cpu.weight'), '200');
  t.is(top.files.get('top/warm/cell-1/pids.max'), '90');
  await cell.join('alice');
  await cell.weigh(300);
  t.is(top.files.get('top/tenant-alice/cpu.weight'), '300');
  t.is(top.files.get('top/tenant-alice/cell-1/pids.max'), '90');
  const machine = await groups.machine('alice', bounds);
  t.is(machine!.enter(['a'])[3], 'top/tenant-alice/machines/process-2');
  t.deepEqual(
    [...top.files.keys()].filter((file) => file.includes('memory')),
    [],
  );
});
