import test from 'ava';
import fc from 'fast-check';
import { hasEnded } from '#kernel/life-cycle.ts';
import { VTaskTable, type NewVTask } from '#kernel/vtask-table.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const LANES = 3;

function newVTask(vtid: string, lane: number): NewVTask {
  return {
    vtid,
    lane,
    name: undefined,
    fencingToken: 0,
    tenant: 'default',
    image: '/image',
    program: 'prepared',
    cmd: [],
    environment: [],
    grants: [],
    quota: DEFAULT_QUOTA,
    creator: undefined,
    detached: true,
    restart: 'never',
    made: undefined,
  };
}

test('what is told of memory is what the living hold, whatever has been and gone', (t) => {
  const step = fc.record({ which: fc.nat(9), bytes: fc.nat(1_000), ends: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock();
      const table = new VTaskTable({ clock, changed() {}, forgotten() {} });
      const all = Array.from({ length: 10 }, (_, at) => table.add(newVTask(`${at}`, at % LANES)));
      for (const { which, bytes, ends } of steps) {
        table.holds(all[which]!, bytes, 0);
        if (ends) table.end(all[which]!, { tag: 'killed' });
      }
      const held = (of: (lane: number) => boolean): number =>
        all
          .filter(({ lane, state }) => of(lane) && !hasEnded(state))
          .reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
      t.is(
        table.memoryBytes,
        held(() => true),
      );
      for (let lane = 0; lane < LANES; lane += 1)
        t.is(
          table.memoryOn(lane),
          held((each) => each === lane),
        );
    }),
  );
});
