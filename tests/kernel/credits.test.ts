import test from 'ava';
import { passing } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const MAILBOX_BYTES = 64 << 10;
const NOTHING = new Uint8Array();

interface World {
  readonly cluster: KernelCluster;
  readonly kernel: Kernel;
  readonly posiv: Posiv;
  /** The first bytes of what came, in order. */
  readonly came: number[];
  /** What the taker waits for before it handles a message. */
  gate: Promise<void>;
}

/** Takes messages 'note', once its gate is open, and answers 'sync'. */
function taker(world: () => World): Program {
  return {
    async run({ ipc }) {
      good(ipc.registerMsg('note') as ReturnType<typeof ok>);
      good(ipc.registerRpc('sync') as ReturnType<typeof ok>);
      return ok(0);
    },
    handlers: () => ({
      onRpc: () => ({ tag: 'reply', val: NOTHING }),
      async onMsg({ body }) {
        await world().gate;
        world().came.push(body[0]!);
      },
    }),
  };
}

function made(more: Record<string, Program> = {}): World {
  const programs = { '/taker': taker(() => world), ...more };
  const cluster = new KernelCluster(1, programs, 2);
  const session = cluster.first.sessions.open('default', ['posiv:kernel']);
  const world: World = {
    cluster,
    kernel: cluster.first,
    posiv: posivOf(session.host),
    came: [],
    gate: Promise.resolve(),
  };
  return world;
}

async function start(
  { posiv }: World,
  image: string,
  cmd: readonly string[] = [],
): Promise<string> {
  const quota = { ...DEFAULT_QUOTA, mailboxBytes: MAILBOX_BYTES };
  const vtid = good(await posiv.vtask.new(undefined, image, cmd, { ...DEFAULT_OPTIONS, quota }));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

/** A taker that has given the session credit. */
async function withCredit(world: World): Promise<string> {
  const { ipc } = world.posiv;
  const target = await start(world, '/taker');
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  for (const byte of [1, 2]) good(await ipc.msg(target, 'note', Uint8Array.of(byte), 1_000));
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  return target;
}

test('who sends to another lane again and again does not wait, and all of it comes, in order', async (t) => {
  const world = made();
  const { ipc } = world.posiv;
  const target = await withCredit(world);
  for (let byte = 3; byte < 20; byte += 1) {
    const sent = ipc.msg(target, 'note', Uint8Array.of(byte), 1_000);
    t.false(sent instanceof Promise);
    t.deepEqual(sent, ok(undefined));
  }
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.deepEqual(
    world.came,
    Array.from({ length: 19 }, (_, at) => at + 1),
  );
});

test('a message is not sent by a credit while a request is out that may be parked', async (t) => {
  const world = made();
  const { ipc } = world.posiv;
  const target = await withCredit(world);
  good(ipc.startRpc(target, 'sync', 1_000, NOTHING) as ReturnType<typeof ok>);
  const sent = ipc.msg(target, 'note', Uint8Array.of(3), 1_000);
  t.true(sent instanceof Promise);
  good(await sent);
});

test('a sender waits once there is no room that is kept for it, and goes on when there is', async (t) => {
  const world = made();
  const { ipc } = world.posiv;
  const target = await withCredit(world);
  const gate = Promise.withResolvers<void>();
  world.gate = gate.promise;
  const body = new Uint8Array(1_000);
  let sent = 0;
  let last;
  for (;;) {
    last = ipc.msg(target, 'note', body, 1_000_000);
    if ((await Promise.race([last, settled().then(() => undefined)])) === undefined) break;
    sent += 1;
  }
  const held = (sent - 1) * body.length; // one is being handled
  t.true(held > MAILBOX_BYTES / 2 && held < MAILBOX_BYTES, `${held}`);
  gate.resolve();
  good(await last);
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.is(world.came.length, 2 + sent + 1);
});

test('room that is kept for one who is idle goes to one who finds none', async (t) => {
  const world = made();
  const target = await withCredit(world);
  const other = posivOf(world.kernel.sessions.open('default', ['posiv:kernel']).host);
  good(await other.ipc.msg(target, 'note', new Uint8Array(MAILBOX_BYTES - 200), 1_000));
  good(await world.posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.is(world.came.length, 3);
});

test('whoever can know that a vTask has ended has no credit with it any more', async (t) => {
  const world = made();
  const { ipc, vtask, monitor } = world.posiv;
  const killed = await withCredit(world);
  good(await vtask.kill(killed));
  t.is(bad(await ipc.msg(killed, 'note', NOTHING, 1_000)), 'task-died');
  const watched = await withCredit(world);
  good(await monitor.onDie(watched));
  void world.kernel.end(world.kernel.table.get(watched)!, { tag: 'killed' });
  t.is(bad(await ipc.msg(watched, 'note', NOTHING, 1_000)), 'task-died');
});

test('what a vTask sent before it was killed comes, though the kill was quicker', async (t) => {
  let world: World;
  const sender: Program = {
    async run({ ipc, self }, [target]) {
      for (const byte of [3, 4]) good(await ipc.msg(target!, 'note', Uint8Array.of(byte), 1_000));
      good(await ipc.rpc(target!, 'sync', 1_000, NOTHING));
      const sent = [5, 6].map((byte) => ipc.msg(target!, 'note', Uint8Array.of(byte), 1_000));
      t.deepEqual(sent, [ok(undefined), ok(undefined)]);
      void world.kernel.end(world.kernel.table.get(self)!, { tag: 'killed' });
      t.false((await ipc.rpc(target!, 'sync', 1_000, NOTHING)).ok);
      return ok(0);
    },
  };
  world = made({ '/sender': sender });
  const target = await start(world, '/taker');
  const watcher = await start(world, '/sender', [target]);
  await settled();
  t.is(world.kernel.table.get(watcher)!.state, 'killed');
  t.deepEqual(world.came, [3, 4, 5, 6]);
});

test('when a sender has ended its room is free again', async (t) => {
  const world = made();
  const target = await start(world, '/taker');
  const { ipc } = world.posiv;
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  const session = world.kernel.sessions.open('default', ['posiv:kernel']);
  const other = posivOf(session.host);
  for (const byte of [1, 2]) good(await other.ipc.msg(target, 'note', Uint8Array.of(byte), 1_000));
  await settled();
  await world.cluster.clock.advance(300);
  t.true(world.kernel.table.get(target)!.mailboxBytes > 0);
  session.close();
  await world.cluster.clock.advance(300);
  t.is(world.kernel.table.get(target)!.mailboxBytes, 0);
});

test('a lane that sends without credit fills no more than the mailbox', async (t) => {
  const world = made();
  const { kernel, posiv } = world;
  const target = await withCredit(world);
  const gate = Promise.withResolvers<void>();
  world.gate = gate.promise;
  const body = new Uint8Array(1_000);
  const val = { sender: posiv.self, target, id: 0, identity: 'note', body, remainingMs: 0 };
  for (let count = 0; count < 100; count += 1)
    kernel.laneFrames.receive(laneOf(world, posiv.self), passing({ tag: 'message', val }));
  await world.cluster.clock.advance(300);
  const held = kernel.table.get(target)!.mailboxBytes;
  t.true(held > MAILBOX_BYTES / 2 && held <= MAILBOX_BYTES, `${held}`);
  gate.resolve();
});

test('a lane cannot give, take back or give up the credit of others', async (t) => {
  const world = made();
  const { kernel, posiv } = world;
  const target = await withCredit(world);
  const own = laneOf(world, posiv.self);
  const both = { sender: posiv.self, target };
  const forged: [number, Frame][] = [
    [own, { tag: 'credit', val: { ...both, identity: 'note', bytes: 1 << 30 } }],
    [own, { tag: 'recall', val: both }],
    [laneOf(world, target), { tag: 'release', val: both }],
  ];
  for (const [lane, frame] of forged) kernel.laneFrames.receive(lane, passing(frame));
  await settled();
  t.true(posiv.ipc.msg(target, 'note', new Uint8Array(32 << 10), 1_000) instanceof Promise);
  good(await posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.false(posiv.ipc.msg(target, 'note', NOTHING, 1_000) instanceof Promise);
});

function laneOf({ kernel }: World, vtid: string): number {
  return kernel.table.get(vtid)!.lane;
}
