import test from 'ava';
import { isOpen, judge, MOST_ROUNDS } from './judgement.ts';
import type { Heard, Round } from './round.ts';

const SCENARIO = { name: 'it', tries: 'nothing' };
const BUSY = 0.5;

/** A hundred answers, of which three take so long. */
function answers(slowestMs: number): readonly number[] {
  return Array.from({ length: 100 }, (_, at) => (at < 3 ? slowestMs : 1));
}

function round(
  quietMs: number,
  duringMs: number,
  rest: Partial<Round> = {},
  loopMs?: number,
): Round {
  const besideLoop = loopMs === undefined ? [] : answers(loopMs);
  const heard: Heard = { quiet: answers(quietMs), during: answers(duringMs), besideLoop };
  return {
    loose: [],
    reason: 'killed',
    ms: 1,
    near: heard,
    far: { quiet: answers(1), during: answers(1), besideLoop: [] },
    otherWork: BUSY,
    memoryBefore: 1,
    memoryAfter: 1,
    ...rest,
  };
}

test('what is slow in quiet times as well is not the guest', (t) => {
  const trial = judge(SCENARIO, [round(40, 45)]);
  t.is(trial.neighbours, 'undisturbed');
  t.false(isOpen(trial));
});

test('what is slower than three slices on a machine without other work is the guest, at once', (t) => {
  t.is(judge(SCENARIO, [round(1, 6.9, { otherWork: 0 })]).neighbours, 'undisturbed');
  t.is(judge(SCENARIO, [round(1, 7.1, { otherWork: 0 })]).neighbours, 'disturbed');
});

test("another tenant's vTask may be ten milliseconds slower", (t) => {
  const far = (during: number): Partial<Round> => ({
    otherWork: 0,
    far: { quiet: answers(1), during: answers(during), besideLoop: [] },
  });
  t.is(judge(SCENARIO, [round(1, 1, far(10.9))]).neighbours, 'undisturbed');
  t.is(judge(SCENARIO, [round(1, 1, far(11.1))]).neighbours, 'disturbed');
});

test('a guest that is slow in each round disturbs its neighbours, whatever else the machine does', (t) => {
  const rounds = Array.from({ length: MOST_ROUNDS }, () => round(3, 20));
  t.is(judge(SCENARIO, rounds).neighbours, 'disturbed');
  t.is(judge(SCENARIO, rounds.slice(0, 2)).neighbours, 'noisy');
});

test('on a busy machine a guest may be what a plain loop is, and not twice that', (t) => {
  const asLoop = judge(SCENARIO, [round(3, 90, {}, 48)]);
  t.is(asLoop.neighbours, 'as by a loop');
  t.false(isOpen(asLoop));
  const rounds = Array.from({ length: MOST_ROUNDS }, () => round(3, 110, {}, 48));
  t.is(judge(SCENARIO, rounds).neighbours, 'disturbed');
});

test('on a machine without other work being like a loop is no excuse', (t) => {
  const rounds = [round(1, 20, { otherWork: 0 }, 20)];
  t.is(judge(SCENARIO, rounds).neighbours, 'disturbed');
});

test('bursts of other work that hit a guest by chance are noise, which further rounds wear out', (t) => {
  const once = [round(1, 20)];
  t.is(judge(SCENARIO, once).neighbours, 'noisy');
  t.true(isOpen(judge(SCENARIO, once)));
  const more = [...once, round(20, 1), round(1, 1), round(1, 1)];
  t.is(judge(SCENARIO, more).neighbours, 'undisturbed');
  t.is(judge(SCENARIO, [...once, round(1, 20), round(1, 1), round(1, 1)]).neighbours, 'noisy');
});

test('one that got away once was not contained', (t) => {
  const trial = judge(SCENARIO, [round(1, 20), round(1, 1, { loose: ['it lives'] })]);
  t.false(trial.contained);
  t.false(isOpen(trial));
  t.true(trial.because.includes('it lives'));
});

test('a neighbour that was not heard is slow', (t) => {
  const near: Heard = { quiet: answers(1), during: [], besideLoop: [] };
  t.is(judge(SCENARIO, [round(1, 1, { near, otherWork: 0 })]).neighbours, 'disturbed');
});

test('of one that disturbs as long as its code is new it is said so, and it disturbs all the same', (t) => {
  const idle = { otherWork: 0 };
  const first = [round(1, 90, idle), round(1, 1, idle)];
  const { neighbours, because } = judge(SCENARIO, first);
  t.is(neighbours, 'disturbed');
  t.is(because.at(-1), 'in the first of 2 rounds alone');
  const each = [round(1, 90, idle), round(1, 90, idle)];
  t.notRegex(judge(SCENARIO, each).because.at(-1)!, /alone/);
});
