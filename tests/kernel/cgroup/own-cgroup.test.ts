import test from 'ava';
import { cgroupOf, ownCgroup } from '#kernel/cgroup/own-cgroup.ts';

const MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';

test('where only version 2 is, the cgroup is below its mount', (t) => {
  const { folder, bound } = cgroupOf('0::/user.slice/run-1.scope\n', `${MOUNT}\n`);
  t.deepEqual(folder, { path: '/sys/fs/cgroup/user.slice/run-1.scope' });
  t.is(bound.size, 0);
});

test('where both versions are, it is where the second is mounted, and what the first has is known', (t) => {
  const groups = '4:memory:/a\n2:cpu,cpuacct:/\n1:name=systemd:/\n0::/';
  const mounts = [
    '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu',
    '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:5 - cgroup2 cgroup2 rw',
  ];
  const { folder, bound } = cgroupOf(groups, mounts.join('\n'));
  t.deepEqual(folder, { path: '/sys/fs/cgroup/unified' });
  t.deepEqual([...bound], ['memory', 'cpu', 'cpuacct', 'name=systemd']);
});

test('of a mount of a part, and of one whose path has blanks, the rest of the path is below it', (t) => {
  const part = '41 31 0:38 /docker/x /my\\040groups rw - cgroup2 cgroup2 rw';
  t.deepEqual(cgroupOf('0::/docker/x/y', part).folder, { path: '/my groups/y' });
});

test('one that is outside of what is mounted cannot be used, and it is said why', (t) => {
  const part = '41 31 0:38 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw';
  const why = 'its cgroup /docker/xy is not below /docker/x, which is mounted at /sys/fs/cgroup';
  t.deepEqual(cgroupOf('0::/docker/xy', part).folder, { why });
  t.true('why' in cgroupOf('0::/../other', MOUNT).folder);
});

test('without version 2 there is none', async (t) => {
  const none = { why: 'no cgroup v2 is mounted' };
  t.deepEqual(cgroupOf('1:cpu:/\n', '').folder, none);
  t.deepEqual(cgroupOf('0::/', '').folder, none);
  t.deepEqual((await ownCgroup('/nowhere')).folder, none);
});
