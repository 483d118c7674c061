import { basename } from 'node:path';
import test from 'ava';
import { leafName, groupName } from '#kernel/cgroup/group-name.ts';
import { givenCgroup, hasGroups, sorted, type Said } from './support.ts';

// Whoever may have no controller here is told why.
const WHY_NONE =
  /^(it may make none in .*|no cgroup v2 is mounted|its .*|.* has other processes in it .*: systemd-run .*|.* does not give .*)$/;

test('in a cgroup that was given to it a process moves aside for its controllers, with who waits for it, and leaves all as it was', async (t) => {
  const found = await givenCgroup();
  if (typeof found === 'string') return t.regex(found, WHY_NONE);
  await using _ = found.base;
  const { given, controller } = found;
  const enter = `echo $$ >${given.path}/cgroup.procs`;
  const process = hasGroups(`${enter}; "$@"; exit $?`, controller, 'launched');
  const { pid, ppid, cgroup, layers } = JSON.parse(await process.next()) as Said;
  t.deepEqual(
    layers.map(({ name, why }) => [name, why]),
    [
      ['cgroup', undefined],
      [`cgroup-${controller}`, undefined],
    ],
  );
  const leaf = given.child(leafName(await groupName(pid)));
  t.regex(cgroup, new RegExp(`^0::.*/given/${basename(leaf.path)}$`, 'm'));
  t.deepEqual(sorted(await leaf.pids()), sorted([pid, ppid]));
  t.deepEqual(await given.pids(), []);
  t.deepEqual(await given.words('cgroup.subtree_control'), [controller]);
  const tops = (await given.children()).filter(({ path }) => path !== leaf.path);
  t.is(tops.length, 1);
  t.deepEqual(await tops[0]!.words('cgroup.subtree_control'), [controller]);
  const after = await process.close();
  t.regex(after.cgroup, /^0::.*\/given$/m);
  t.deepEqual(await given.children(), []);
  t.deepEqual(await given.words('cgroup.subtree_control'), []);
});

test('one that has others in its cgroup goes without controllers, says who they are, and lets them be', async (t) => {
  const found = await givenCgroup();
  if (typeof found === 'string') return t.regex(found, WHY_NONE);
  await using _ = found.base;
  const { given, controller } = found;
  const shell = `echo $$ >${given.path}/cgroup.procs; "$@"; exit $?`;
  const process = hasGroups(shell, controller, '');
  const { ppid, cgroup, layers } = JSON.parse(await process.next()) as Said;
  const [group, its] = layers;
  t.true(group!.on);
  t.regex(
    its!.why!,
    new RegExp(`^${given.path} has other processes in it \\(${ppid}\\): systemd-run `),
  );
  t.regex(cgroup, /^0::.*\/given$/m);
  await process.close();
  t.deepEqual(await given.children(), []);
});

test('a controller that its cgroup has not been given is off, with what to do', async (t) => {
  const found = await givenCgroup();
  if (typeof found === 'string') return t.regex(found, WHY_NONE);
  await using _ = found.base;
  const { given } = found;
  const process = hasGroups(`echo $$ >${given.path}/cgroup.procs; exec "$@"`, 'nonesuch', '');
  const { layers } = JSON.parse(await process.next()) as Said;
  t.regex(layers[1]!.why!, /^\/.*\/given has not been given nonesuch: systemd-run .*Delegate=yes/);
  await process.close();
});
