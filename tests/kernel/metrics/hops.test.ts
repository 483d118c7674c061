import test from 'ava';
import { passing, type PassingFrame } from '#kernel/ipc/passing.ts';
import { Histogram } from '#kernel/metrics/histogram.ts';
import { RequestTimes } from '#kernel/metrics/request-times.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Program } from '#tests/support/kernel-cluster.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

const NOTHING = new Uint8Array();
const CALLER = 'a'.repeat(42);
const TARGET = 'b'.repeat(42);

function request(id: number): PassingFrame {
  const val = { caller: CALLER, target: TARGET, id, identity: 'x', args: NOTHING };
  return passing({ tag: 'request', val: { ...val, remainingMs: 1_000, chain: [] } });
}

function answer(id: number, target = TARGET): PassingFrame {
  return passing({ tag: 'answer', val: { caller: CALLER, id, target, outcome: ok(NOTHING) } });
}

function counted({ times }: RequestTimes): number {
  return times.cumulative().at(-1)!.count;
}

test('one request in sixteen is timed, from its way on to its own answer', (t) => {
  const clock = new ManualClock();
  const times = new RequestTimes(clock);
  for (let id = 1; id <= 32; id += 1) {
    times.asked(request(id));
    clock.advanceNow(3);
    times.answered(answer(id, CALLER)); // another's
    times.answered(answer(id + 1));
    times.answered(answer(id));
    times.answered(answer(id));
  }
  t.is(counted(times), 2);
  t.is(times.times.sumMs, 6);
});

test('a request that is never answered is forgotten for the next', (t) => {
  const clock = new ManualClock();
  const times = new RequestTimes(clock);
  for (let id = 1; id <= 17; id += 1) times.asked(request(id));
  times.answered(answer(17));
  t.is(counted(times), 0);
  clock.advanceNow(10_001);
  for (let id = 18; id <= 33; id += 1) times.asked(request(id));
  times.answered(answer(33));
  t.is(counted(times), 1);
});

test('a histogram has each time under the bounds that are no less', (t) => {
  const histogram = new Histogram();
  for (const ms of [0.05, 0.06, 7, 9_999]) histogram.add(ms);
  const byBound = new Map(histogram.cumulative().map(({ boundMs, count }) => [boundMs, count]));
  t.is(byBound.get(0.05), 1);
  t.is(byBound.get(0.1), 2);
  t.is(byBound.get(5), 2);
  t.is(byBound.get(10), 3);
  t.is(byBound.get(5_000), 3);
  t.is(byBound.get(Infinity), 4);
});

test('a node counts what comes from lanes, sessions and nodes, and what goes to them', async (t) => {
  const echo: Program = {
    async run({ ipc }) {
      good(ipc.registerRpc('echo') as ReturnType<typeof ok>);
      return ok(0);
    },
    handlers: () => ({ onRpc: ({ args }) => ({ tag: 'reply', val: args }) }),
  };
  const cluster = new KernelCluster(2, { '/echo': echo }, 1);
  const [here, there] = cluster.kernels;
  const { ipc, vtask } = posivOf(here!.sessions.open('default', ['posiv:kernel']).host);
  const target = good(await vtask.new(undefined, '/echo', [], { ...DEFAULT_OPTIONS, node: '1' }));
  good(await vtask.sched(target));
  for (let count = 0; count < 20; count += 1) good(await ipc.rpc(target, 'echo', 1_000, NOTHING));
  t.is(here!.hops.in('session').get('request')!.frames, 20);
  t.is(here!.hops.out('node').get('request')!.frames, 20);
  t.is(there!.hops.in('node').get('request')!.frames, 20);
  t.is(there!.hops.out('lane').get('request')!.frames, 20);
  t.is(there!.hops.in('lane').get('answer')!.frames, 20);
  t.is(here!.hops.out('session').get('answer')!.frames, 20);
  t.is(here!.hops.times('node').cumulative().at(-1)!.count, 2);
  t.is(there!.hops.times('lane').cumulative().at(-1)!.count, 2);
  const nobody = target.slice(0, 16) + 'b'.repeat(26);
  t.false((await ipc.rpc(nobody, 'echo', 1_000, NOTHING)).ok);
  t.is(there!.hops.failures.get('no-such-task'), 1);
});
