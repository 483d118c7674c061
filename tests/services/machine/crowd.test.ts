// Real processes, in sessions of their own, as machines have them.
import { spawn } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { killGroup } from '#kernel/cell/kill-group.ts';
import { startAt } from '#kernel/cell/niceness.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { Crowd, CROWD_NICENESS } from '#services/machine/driver/crowd.ts';
import { nicenessOfSession, nicenessOfThreads } from '#tests/support/niceness.ts';
import { quiet } from '#tests/support/quiet.ts';

const NEVER = new Promise<void>(() => {});

function sleepers(t: ExecutionContext, count: number): readonly number[] {
  const processes = Array.from({ length: count }, () =>
    spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }),
  );
  t.teardown(() => processes.forEach((each) => killGroup(each)));
  return processes.map(({ pid }) => pid!);
}

test('two machines keep their part of the processors, the third has all of them lowered, and one that comes then', async (t) => {
  const crowd = new Crowd({ clock: systemClock, logger: quiet }, 2);
  const [gone, ...pids] = sleepers(t, 5);
  const before = nicenessOfThreads(gone!)[0]!;
  const levels = (): readonly number[] => pids.flatMap(nicenessOfThreads);

  await crowd.add(gone!, Promise.resolve());
  await crowd.add(pids[0]!, NEVER);
  await crowd.add(pids[1]!, NEVER);
  t.deepEqual(levels(), [before, before, before, before]);
  await crowd.add(pids[2]!, NEVER);
  t.deepEqual(levels(), [CROWD_NICENESS, CROWD_NICENESS, CROWD_NICENESS, before]);
  await crowd.add(pids[3]!, NEVER);
  t.deepEqual(
    levels(),
    Array.from(pids, () => CROWD_NICENESS),
  );
  t.deepEqual(nicenessOfThreads(gone!), [before]);
  for (const pid of pids) t.is(nicenessOfSession(pid) ?? CROWD_NICENESS, CROWD_NICENESS);
});

test('machines are lowered one after the other: whose turn has not come when it ends is left alone', async (t) => {
  const crowd = new Crowd({ clock: systemClock, logger: quiet }, 2);
  const pids = sleepers(t, 3);
  const [first, second, third] = pids as [number, number, number];
  const before = nicenessOfThreads(second);
  const end = Promise.withResolvers<void>();
  await crowd.add(first, NEVER);
  await crowd.add(second, end.promise);
  const lowered = crowd.add(third, NEVER);
  end.resolve();
  await lowered;
  t.deepEqual(nicenessOfThreads(second), before);
  t.deepEqual([first, third].flatMap(nicenessOfThreads), [CROWD_NICENESS, CROWD_NICENESS]);
});

test('one that comes to a crowd is started as one of it, and is not looked at again', async (t) => {
  const crowd = new Crowd({ clock: systemClock, logger: quiet }, 1);
  const [few, more] = sleepers(t, 2) as [number, number];
  t.true(crowd.niceness < CROWD_NICENESS);
  await crowd.add(few, NEVER);
  t.is(crowd.niceness, CROWD_NICENESS);
  await startAt(more, crowd.niceness, systemClock);
  await crowd.add(more, NEVER);
  for (const pid of [few, more]) {
    t.deepEqual(nicenessOfThreads(pid), [CROWD_NICENESS]);
    t.is(nicenessOfSession(pid) ?? CROWD_NICENESS, CROWD_NICENESS);
  }
});

test('where cgroups divide the processors none is lowered', async (t) => {
  const groups = { weighs: true, machine: async () => undefined };
  const crowd = new Crowd({ clock: systemClock, logger: quiet, groups }, 0);
  const [pid] = sleepers(t, 1);
  const before = nicenessOfThreads(pid!);
  await crowd.add(pid!, NEVER);
  t.deepEqual(nicenessOfThreads(pid!), before);
});
