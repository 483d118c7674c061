// Real processes, in sessions of their own, as machines have them.
import { spawn } from 'node:child_process';
import test from 'ava';
import { killGroup } from '#kernel/cell/kill-group.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { Crowd, CROWD_NICENESS } from '#services/machine/driver/crowd.ts';
import { nicenessOfSession, nicenessOfThreads } from '#tests/support/niceness.ts';
import { quiet } from '#tests/support/quiet.ts';

test('two machines keep their part of the processors, the third has all of them lowered, and one that comes then', async (t) => {
  const crowd = new Crowd({ clock: systemClock, logger: quiet }, 2);
  const processes = Array.from({ length: 5 }, () =>
    spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }),
  );
  t.teardown(() => processes.forEach((each) => killGroup(each)));
  const [gone, ...pids] = processes.map(({ pid }) => pid!);
  const before = nicenessOfThreads(gone!)[0]!;
  const never = new Promise<void>(() => {});
  const levels = (): readonly number[] => pids.flatMap(nicenessOfThreads);

  await crowd.add(gone!, Promise.resolve());
  await crowd.add(pids[0]!, never);
  await crowd.add(pids[1]!, never);
  t.deepEqual(levels(), [before, before, before, before]);
  await crowd.add(pids[2]!, never);
  t.deepEqual(levels(), [CROWD_NICENESS, CROWD_NICENESS, CROWD_NICENESS, before]);
  await crowd.add(pids[3]!, never);
  t.deepEqual(
    levels(),
    Array.from(pids, () => CROWD_NICENESS),
  );
  t.deepEqual(nicenessOfThreads(gone!), [before]);
  for (const pid of pids) t.is(nicenessOfSession(pid) ?? CROWD_NICENESS, CROWD_NICENESS);
});
