import test from 'ava';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { quotaOf } from '#tests/support/limits.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

const [X, Y] = ['x', 'y'].map((name) => 'a'.repeat(16) + name.repeat(26)) as [string, string];
const ABROAD = 'b'.repeat(16) + 'z'.repeat(26);
const BODY = new Uint8Array(3);

/** A lane whose way to its node is full until it is said to have room. */
class Narrow {
  readonly clock = new ManualClock();
  readonly sent: Frame[] = [];
  room: PromiseWithResolvers<void> | undefined = Promise.withResolvers();
  readonly lane = new Lane({
    clock: this.clock,
    alarm: NO_ALARM,
    collect() {},
    send: (frame) => void this.sent.push(frame),
    flush() {},
    room: () => this.room?.promise,
    load: () => Promise.reject(new Error('nothing is started')),
  });

  create(vtid: string): Host {
    const quota = quotaOf({});
    return this.lane.create({ vtid, image: '', cmd: [], environment: [], grants: [], quota });
  }

  async open(): Promise<void> {
    const { room } = this;
    this.room = undefined;
    room?.resolve();
    await settled();
  }
}

test('what a vTask sends out of its lane waits for room on the way, and has so much less time', async (t) => {
  const narrow = new Narrow();
  const { ipc } = narrow.create(X);
  const begun = ipc.startRpc(ABROAD, 'do', 1_000, BODY);
  t.true(begun instanceof Promise);
  void ipc.rpc(ABROAD, 'do', 1_000, BODY);
  void ipc.msg(ABROAD, 'note', BODY, 1_000);
  await settled();
  t.deepEqual(narrow.sent, []);
  narrow.clock.advanceNow(100);
  await narrow.open();
  t.true(good(await begun) > 0);
  const sent = narrow.sent.map(({ tag, val }) => [
    tag,
    (val as { remainingMs: number }).remainingMs,
  ]);
  t.deepEqual(sent, [
    ['request', 900],
    ['request', 900],
    ['message', 900],
  ]);
  t.false(ipc.startRpc(ABROAD, 'do', 1_000, BODY) instanceof Promise, 'there is room');
});

test('what stays in the lane does not wait for room on the way out', (t) => {
  const narrow = new Narrow();
  const [from, to] = [narrow.create(X), narrow.create(Y)];
  to.ipc.registerRpc('do');
  to.ipc.registerMsg('note');
  t.false(from.ipc.startRpc(Y, 'do', 1_000, BODY) instanceof Promise);
  t.false(from.ipc.msg(Y, 'note', BODY, 1_000) instanceof Promise);
  t.is(to.task.intake.mailbox.length, 2);
});

test('a vTask that is ended while it waits for room sends nothing', async (t) => {
  const narrow = new Narrow();
  const { ipc, task } = narrow.create(X);
  const begun = Promise.resolve(ipc.startRpc(ABROAD, 'do', 1_000, BODY));
  task.end({ tag: 'killed' });
  await t.throwsAsync(begun, { code: 'task-ended' });
  await narrow.open();
  t.deepEqual(
    narrow.sent.filter(({ tag }) => tag === 'request'),
    [],
  );
});
