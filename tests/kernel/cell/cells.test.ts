import test from 'ava';
import type { CellEvents, CellLink } from '#kernel/cell/cell.ts';
import { Cells } from '#kernel/cell/cells.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

const FRAME: NodeFrame = { tag: 'start', val: { vtid: 'x' } };

/** A cell whose lanes do what the test says. */
class ScriptedCell implements CellLink {
  readonly pid = undefined;
  readonly tenant: string;
  readonly events: CellEvents;
  readonly sent: [number, NodeFrame][] = [];
  readonly held: [number, Promise<void>][] = [];
  readonly waiting: (() => void)[] = [];
  waits = 0;
  used: number | undefined = 0;
  answers = true;
  spare = 1;
  ended = false;
  weight = 0;
  deadline: number | undefined;

  constructor(tenant: string, events: CellEvents) {
    this.tenant = tenant;
    this.events = events;
  }

  send(lane: number, frame: NodeFrame): void {
    this.sent.push([lane, frame]);
  }

  actUntil(deadline: number): void {
    this.deadline = deadline;
  }

  queued(): number {
    return this.waits;
  }

  hold(lane: number, until: Promise<void>): void {
    this.held.push([lane, until]);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  usedMs(): Promise<number | undefined> {
    return this.answers ? Promise.resolve(this.used) : new Promise(() => {});
  }

  replace(): number | undefined {
    return this.spare > 0 ? 10 - this.spare-- : undefined;
  }

  async weigh(weight: number): Promise<void> {
    this.weight = weight;
  }

  async terminate(): Promise<void> {
    this.ended = true;
  }
}

function setUp(vtasks = 2, lanes = 1) {
  const clock = new ManualClock();
  const started: ScriptedCell[] = [];
  const lost: [number, string][] = [];
  let onFrame: (lane: number, frame: NodeFrame) => void = () => {};
  const cells = new Cells(
    {
      clock,
      logger: quiet,
      startCell({ tenant }, events) {
        const cell = new ScriptedCell(tenant, events);
        started.push(cell);
        return cell;
      },
      received: (lane, frame) => onFrame(lane, frame),
      lost: (lane, why) => lost.push([lane, why]),
      lanesChanged() {},
    },
    { lanes, vtasks },
  );
  const lanesOf = (tenant: string): number[] => cells.view(tenant, () => 0).map(({ lane }) => lane);
  const received = (fn: typeof onFrame): void => void (onFrame = fn);
  return { clock, cells, started, lost, lanesOf, received };
}

test('cells that are there and those that are started later go by the same deadline', (t) => {
  const { cells, started, lanesOf } = setUp();
  lanesOf('alice');
  t.is(started[0]!.deadline, Infinity);
  cells.actUntil(5_000);
  lanesOf('bob');
  t.deepEqual(
    started.map(({ deadline }) => deadline),
    [5_000, 5_000],
  );
});

test('two tenants never share a cell, and no lane number is used twice', (t) => {
  const { started, lanesOf, lost } = setUp(2, 2);
  t.deepEqual(lanesOf('alice'), [0, 1]);
  t.deepEqual(lanesOf('bob'), [2, 3]);
  t.deepEqual(
    started.map(({ tenant }) => tenant),
    ['alice', 'bob'],
  );
  started[0]!.events.lost('it was killed');
  t.deepEqual(lost, [
    [0, 'it was killed'],
    [1, 'it was killed'],
  ]);
  t.deepEqual(lanesOf('alice'), [4, 5]);
  t.deepEqual(lanesOf('bob'), [2, 3]);
});

test('a tenant whose cells are full gets another, and goes back to the first when it has room', (t) => {
  const { cells, lanesOf } = setUp(2);
  const [lane] = lanesOf('alice');
  t.true(cells.add(lane!, 'one'));
  t.true(cells.add(lane!, 'two'));
  t.deepEqual(lanesOf('alice'), [1]);
  cells.removed(lane!, 'one');
  t.deepEqual(lanesOf('alice'), [0, 1]);
});

test('a vTask cannot be put into a lane that is lost', (t) => {
  const { cells, started, lanesOf } = setUp();
  const [lane] = lanesOf('alice');
  started[0]!.events.lost('it was killed');
  t.false(cells.add(lane!, 'one'));
});

test('a lane that sends to one for which too much waits is held until that has taken it', async (t) => {
  const { cells, started, lanesOf, received } = setUp(1);
  const [from] = lanesOf('alice');
  cells.add(from!, 'one');
  const [to] = lanesOf('alice');
  t.not(to, from);
  received((lane) => lane === from && cells.send(to!, FRAME));
  const [sender, target] = started;
  sender!.events.received(0, FRAME);
  t.is(sender!.held.length, 0);
  target!.waits = 2 << 20;
  sender!.events.received(0, FRAME);
  t.is(sender!.held.length, 1);
  let goesOn = false;
  void sender!.held[0]![1].then(() => (goesOn = true));
  await settled();
  t.false(goesOn);
  target!.waiting[0]!();
  await settled();
  t.true(goesOn);
  // What the node itself sends holds nobody.
  cells.send(to!, FRAME);
  t.is(sender!.held.length, 1);
});

test('a lane that computes on instead of ending a vTask is ended and replaced, one that waits for its turn is not', async (t) => {
  const { clock, cells, started, lost, lanesOf } = setUp();
  const [lane] = lanesOf('alice');
  cells.add(lane!, 'one');
  cells.end(lane!, 'one', () => {});
  await clock.advance(10_000);
  t.deepEqual(lost, []);
  started[0]!.used = 3_500;
  await clock.advance(1_000);
  t.deepEqual(lost, [[0, 'it computed 3500 ms without coming back']]);
  t.deepEqual(lanesOf('alice'), [1]);
  t.false(started[0]!.ended);
});

test('a lane that ends one of many after another is not taken for hanging, and one that stops in the middle is', async (t) => {
  const { clock, cells, started, lost, lanesOf } = setUp(100);
  const [lane] = lanesOf('alice');
  const vtids = Array.from({ length: 10 }, (_, at) => `vtask ${at}`);
  for (const vtid of vtids) {
    cells.add(lane!, vtid);
    cells.end(lane!, vtid, () => {});
  }
  for (const vtid of vtids.slice(0, 9)) {
    started[0]!.used! += 2_900;
    cells.removed(lane!, vtid);
    await clock.advance(1_000);
  }
  t.deepEqual(lost, []);
  started[0]!.used! += 3_100;
  await clock.advance(1_000);
  t.is(lost.length, 1);
});

test('a lane is told of some at a time that it is to end, in order, and not of those that have ended meanwhile', async (t) => {
  const { cells, lanesOf } = setUp(1_000);
  const [lane] = lanesOf('alice');
  const told: number[] = [];
  const nameOf = (at: number): string => `vtask ${at}`;
  for (let at = 0; at < 200; at += 1) {
    cells.add(lane!, nameOf(at));
    cells.end(lane!, nameOf(at), () => told.push(at));
  }
  cells.removed(lane!, nameOf(150));
  let most = 0;
  for (let confirmed = 0; confirmed < told.length; confirmed += 1) {
    most = Math.max(most, told.length - confirmed);
    cells.removed(lane!, nameOf(told[confirmed]!));
  }
  t.true(most <= 32, `${most}`);
  t.deepEqual(
    told,
    Array.from({ length: 200 }, (_, at) => at).filter((at) => at !== 150),
  );
});

test('a lane that has confirmed all is watched anew when it is told of more', async (t) => {
  const { clock, cells, started, lost, lanesOf } = setUp(100);
  const [lane] = lanesOf('alice');
  for (const vtid of ['one', 'two']) {
    cells.add(lane!, vtid);
    cells.end(lane!, vtid, () => {});
    cells.removed(lane!, vtid);
  }
  cells.add(lane!, 'three');
  started[0]!.used = 10_000;
  cells.end(lane!, 'three', () => {});
  await clock.advance(5_000);
  t.deepEqual(lost, []);
  started[0]!.used = 13_000;
  await clock.advance(1_000);
  t.deepEqual(lost, [[0, 'it computed 3000 ms without coming back']]);
});

test('a cell without pipes for more lanes takes no more vTasks, and goes when it is empty', async (t) => {
  const { clock, started, lanesOf } = setUp();
  lanesOf('alice');
  started[0]!.spare = 0;
  started[0]!.events.laneLost(0, 'its thread ended');
  t.deepEqual(lanesOf('alice'), [1]);
  t.is(started.length, 2);
  await clock.advance(60_000);
  t.true(started[0]!.ended);
});

test('a cell that does not even say how much it computes is ended', async (t) => {
  const { clock, cells, started, lost, lanesOf } = setUp();
  const [lane] = lanesOf('alice');
  cells.add(lane!, 'one');
  started[0]!.answers = false;
  cells.end(lane!, 'one', () => {});
  await clock.advance(19_000);
  t.deepEqual(lost, []);
  await clock.advance(1_000);
  t.regex(lost[0]![1], /\[cell-stuck\]$/);
  t.true(started[0]!.ended);
});

test('a cell without vTasks is given back after a minute, one with any stays', async (t) => {
  const { clock, cells, started, lanesOf } = setUp();
  const [lane] = lanesOf('alice');
  await clock.advance(50_000);
  cells.add(lane!, 'one');
  await clock.advance(100_000);
  t.false(started[0]!.ended);
  cells.removed(lane!, 'one');
  await clock.advance(59_000);
  t.false(started[0]!.ended);
  await clock.advance(1_000);
  t.true(started[0]!.ended);
  t.deepEqual(lanesOf('alice'), [1]);
});
