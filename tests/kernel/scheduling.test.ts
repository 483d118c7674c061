import test from 'ava';
import { Scheduling } from '#kernel/scheduling.ts';
import type { Scheduling as Parameters } from '#posiv-wit/generated/managers.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

interface Lab {
  readonly clock: ManualClock;
  readonly scheduling: Scheduling;
  /** What the Task Manager says from now on. */
  says: Parameters;
  asked: number;
  changes: number;
  warnings: number;
}

function setUp(): Lab {
  const clock = new ManualClock();
  const logger = { debug() {}, info() {}, warn: () => void (lab.warnings += 1), error() {} };
  const lab: Lab = {
    clock,
    says: { sliceUs: 2_000, defaultWeight: 100 },
    asked: 0,
    changes: 0,
    warnings: 0,
    scheduling: new Scheduling({
      clock,
      logger,
      strategies: {
        task: {
          assign: () => undefined,
          schedule() {
            lab.asked += 1;
            return lab.says;
          },
        },
      },
      changed: () => (lab.changes += 1),
    }),
  };
  return lab;
}

const load = () => ({ lanes: 1, vtasks: 0 });

test('the Task Manager is asked now and then, however many vTasks are made', async (t) => {
  const lab = setUp();
  for (let n = 0; n < 100; n += 1) await lab.scheduling.refresh(load);
  t.is(lab.asked, 1);
  await lab.clock.advance(5_000);
  await lab.scheduling.refresh(load);
  t.is(lab.asked, 2);
});

test('lanes are told of another slice, and new vTasks have the weight that was published', async (t) => {
  const lab = setUp();
  lab.says = { sliceUs: 10_000, defaultWeight: 5 };
  await lab.scheduling.refresh(load);
  t.is(lab.changes, 1);
  t.deepEqual(lab.scheduling.parameters, lab.says);
});

test('a Task Manager that publishes nonsense changes nothing', async (t) => {
  const lab = setUp();
  const before = lab.scheduling.parameters;
  for (const says of [
    { sliceUs: 0, defaultWeight: 100 },
    { sliceUs: 4_000_000_000, defaultWeight: 100 },
    { sliceUs: 2_000, defaultWeight: 0 },
    { sliceUs: 2_000, defaultWeight: 1_001 },
  ]) {
    lab.says = says;
    await lab.scheduling.refresh(load);
    await lab.clock.advance(5_000);
  }
  t.is(lab.warnings, 4);
  t.is(lab.changes, 0);
  t.deepEqual(lab.scheduling.parameters, before);
});
