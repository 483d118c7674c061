import test from 'ava';
import { connectLanes } from '#kernel/cell/connect-lanes.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { Siblings, type SiblingsInit } from '#kernel/lane/siblings.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import type { Event } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { quotaOf } from '#tests/support/limits.ts';
import { ok } from '#posiv-wit/result.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

const NODE = 'a'.repeat(16);
const [X, Y, T] = ['x', 'y', 't'].map((name) => NODE + name.repeat(26)) as [string, string, string];
const BODY = new Uint8Array([1, 2, 3]);

/** A lane of a cell whose node is the test: what is said to it is kept until it is passed on. */
class OneOfTwo {
  readonly toNode: Frame[] = [];
  readonly lane: Lane;
  readonly siblings: Siblings;
  readonly #init: SiblingsInit;

  constructor(init: SiblingsInit) {
    this.#init = init;
    this.siblings = new Siblings(init, (frame) => this.lane.receiveStraight(frame));
    this.lane = new Lane({
      clock: new ManualClock(),
      alarm: NO_ALARM,
      collect() {},
      send: (frame) => {
        this.siblings.flush();
        this.toNode.push(frame);
      },
      flush: () => this.siblings.flush(),
      siblings: this.siblings,
      load: () => Promise.reject(new Error('nothing is started')),
    });
  }

  create(vtid: string): Host {
    const quota = quotaOf({});
    return this.lane.create({ vtid, image: '', cmd: [], environment: [], grants: [], quota });
  }

  /** What it has said to the node since it was last asked, by tags. */
  said(): string[] {
    return this.toNode.splice(0).map(({ tag }) => tag);
  }

  /** What the node does with what it was told. */
  pass(other: OneOfTwo): void {
    for (const frame of this.toNode.splice(0))
      if (frame.tag === 'mark') this.lane.receive(frame);
      else other.lane.receive(frame);
  }

  close(): void {
    for (const { port } of this.#init.ports) port.close();
  }
}

/** `x` and `y` on one lane, `target` on another. */
class Pair implements Disposable {
  readonly one: OneOfTwo;
  readonly two: OneOfTwo;
  readonly x: Host;
  readonly y: Host;
  readonly target: Host;

  constructor() {
    [this.one, this.two] = connectLanes(2).map((init) => new OneOfTwo(init)) as [
      OneOfTwo,
      OneOfTwo,
    ];
    this.x = this.one.create(X);
    this.y = this.one.create(Y);
    this.target = this.two.create(T);
    this.target.ipc.registerRpc('echo');
    this.target.ipc.registerMsg('note');
  }

  /** A request of one of them that goes there and back by whatever way. */
  async call(caller: Host): Promise<void> {
    const called = caller.ipc.rpc(T, 'echo', 1_000, BODY);
    this.one.pass(this.two);
    await this.answer();
    good(await called);
  }

  /** The target answers what comes next. */
  async answer(): Promise<void> {
    const event = await this.next();
    if (event.tag !== 'request') throw new Error(`a ${event.tag} in place of a request`);
    good(await this.target.ipc.reply(event.val.token, ok(event.val.args)));
    await settled();
  }

  /** What comes to the target next. */
  async next(): Promise<Event> {
    const received = this.target.ipc.receive(1_000);
    await settled();
    return good(await received);
  }

  [Symbol.dispose](): void {
    this.one.close();
    this.two.close();
  }
}

test('a request between lanes of a cell goes by way of the node once, and straight from then on, as its answer does', async (t) => {
  using pair = new Pair();
  const called = pair.x.ipc.rpc(T, 'echo', 1_000, BODY);
  t.deepEqual(
    pair.one.toNode.map(({ tag }) => tag),
    ['request'],
  );
  pair.one.pass(pair.two);
  await pair.answer();
  good(await called);
  await pair.call(pair.x);
  await pair.call(pair.y);
  t.deepEqual(pair.one.said(), []);
  t.deepEqual(pair.two.said(), []);
});

test('nothing that goes straight overtakes what is on its way by the node', async (t) => {
  using pair = new Pair();
  good(await pair.x.ipc.startRpc(T, 'echo', 1_000, BODY));
  const held = pair.one.toNode.splice(0);
  await pair.call(pair.y); // so that the target has been found
  pair.x.ipc.startRpc(T, 'echo', 1_000, BODY.subarray(1));
  pair.one.toNode.unshift(...held);
  t.deepEqual(
    pair.one.toNode.map(({ tag }) => tag),
    ['request', 'request'],
  );
  pair.one.pass(pair.two);
  const sizes: number[] = [];
  for (let count = 0; count < 2; count += 1) {
    const event = await pair.next();
    if (event.tag !== 'request') return t.fail();
    sizes.push(event.val.args.length);
    pair.target.ipc.reply(event.val.token, ok(BODY));
  }
  t.deepEqual(sizes, [3, 2]);
  await settled();
  await pair.call(pair.x);
  t.deepEqual(pair.one.said(), []);
});

test('nothing goes straight before the node has heard of the end of a vTask that its lane told of', async (t) => {
  using pair = new Pair();
  await pair.call(pair.x);
  await pair.call(pair.x);
  pair.y.task.end({ tag: 'exited', val: 0 });
  const called = pair.x.ipc.rpc(T, 'echo', 1_000, BODY);
  t.deepEqual(
    pair.one.toNode.map(({ tag }) => tag),
    ['change', 'mark', 'request'],
  );
  pair.one.pass(pair.two);
  await pair.answer();
  good(await called);
  await pair.call(pair.x);
  t.deepEqual(pair.one.said(), []);
});

/** `x` has sent so often that it is given a credit. */
async function withCredit(): Promise<Pair> {
  const pair = new Pair();
  await pair.call(pair.x);
  for (let count = 0; count < 2; count += 1) {
    const sent = pair.x.ipc.msg(T, 'note', BODY, 1_000);
    await pair.next();
    good(await sent);
  }
  return pair;
}

test('messages by a credit go straight, and neither they nor the credit are known to the node', async (t) => {
  using pair = await withCredit();
  const sent = pair.x.ipc.msg(T, 'note', BODY, 1_000);
  t.false(sent instanceof Promise, 'it waits for nothing');
  const event = await pair.next();
  t.is(event.tag, 'message');
  t.deepEqual([...pair.one.said(), ...pair.two.said()], []);
});

test('room that is kept for a vTask of another lane is free again when that ends', async (t) => {
  using pair = await withCredit();
  t.true(pair.target.task.intake.mailbox.bytes > 0);
  pair.x.task.end({ tag: 'killed' });
  await settled();
  t.is(pair.target.task.intake.mailbox.bytes, 0);
});

test('a credit ends with the vTask that gave it', async (t) => {
  using pair = await withCredit();
  pair.target.task.end({ tag: 'killed' });
  await settled();
  t.true(pair.x.ipc.msg(T, 'note', BODY, 1_000) instanceof Promise);
  t.is(pair.one.said().at(-1), 'message', 'the node says what became of it');
});

test('whoever was told by the node that a vTask has ended goes by way of the node, though its lane does not know yet', async (t) => {
  using pair = await withCredit();
  const notice = { watch: 1, vtid: T, change: { tag: 'died', val: { tag: 'killed' } } } as const;
  pair.one.lane.receive({ tag: 'notice', val: { watcher: X, notice } });
  pair.one.said();
  t.true(pair.x.ipc.msg(T, 'note', BODY, 1_000) instanceof Promise);
  pair.y.ipc.startRpc(T, 'echo', 1_000, BODY);
  t.deepEqual(pair.one.said(), ['message', 'request']);
});

test('what was sent straight is there to be taken as soon as it is flushed', async (t) => {
  using pair = await withCredit();
  pair.x.ipc.msg(T, 'note', BODY, 1_000);
  pair.one.siblings.flush();
  pair.two.siblings.drain();
  t.is(pair.target.task.intake.mailbox.length, 1);
});

test('nothing more is taken from a lane that is said to be lost, and what is out to it fails', async (t) => {
  using pair = new Pair();
  await pair.call(pair.x);
  const called = pair.x.ipc.rpc(T, 'echo', 1_000, BODY);
  const event = await pair.next();
  const died = { tag: 'died', val: { tag: 'lane-lost', val: '' } } as const;
  const notice = { watch: 1, vtid: T, change: died }; // whoever watches hears it first
  pair.one.lane.receive({ tag: 'notice', val: { watcher: Y, notice } });
  pair.one.lane.receive({ tag: 'gone', val: { vtids: [T] } });
  const outcome = await called;
  t.is(!outcome.ok && outcome.error.tag, 'task-died');
  if (event.tag === 'request') pair.target.ipc.reply(event.val.token, ok(BODY));
  await settled();
  const again = pair.x.ipc.rpc(T, 'echo', 1_000, BODY);
  t.is(pair.one.said().at(-1), 'request');
  pair.x.task.end({ tag: 'killed' });
  await t.throwsAsync(async () => again);
});
