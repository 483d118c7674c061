import test from 'ava';
import { passing, writePassingToPeer } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
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
  /** Of the senders. */
  readonly here: Kernel;
  /** Of the takers. */
  readonly there: Kernel;
  readonly posiv: Posiv;
  /** The first bytes of what came, in order. */
  readonly came: number[];
  /** What the taker waits for before it handles a message. */
  gate: Promise<void>;
}

function made(): World {
  const taker: Program = {
    async run({ ipc }) {
      good(ipc.registerMsg('note') as ReturnType<typeof ok>);
      good(ipc.registerRpc('sync') as ReturnType<typeof ok>);
      return ok(0);
    },
    handlers: () => ({
      onRpc: () => ({ tag: 'reply', val: NOTHING }),
      async onMsg({ body }) {
        await world.gate;
        world.came.push(body[0] ?? 0);
      },
    }),
  };
  const cluster = new KernelCluster(2, { '/taker': taker }, 1);
  const [here, there] = cluster.kernels as [Kernel, Kernel];
  const world: World = {
    cluster,
    here,
    there,
    posiv: posivOf(here.sessions.open('default', ['posiv:kernel']).host),
    came: [],
    gate: Promise.resolve(),
  };
  return world;
}

/** A taker on the other node. */
async function start({ posiv }: World): Promise<string> {
  const quota = { ...DEFAULT_QUOTA, mailboxBytes: MAILBOX_BYTES };
  const options = { ...DEFAULT_OPTIONS, quota, node: '1', detached: true };
  const vtid = good(await posiv.vtask.new(undefined, '/taker', [], options));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

/** A taker that has given the session credit. */
async function withCredit(world: World, posiv = world.posiv): Promise<string> {
  const target = await start(world);
  await fill(world, target, posiv);
  return target;
}

/** Sends what has a taker give credit. */
async function fill({ posiv: own }: World, target: string, posiv = own): Promise<void> {
  const { ipc } = posiv;
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
  for (const byte of [1, 2]) good(await ipc.msg(target, 'note', Uint8Array.of(byte), 1_000));
  good(await ipc.rpc(target, 'sync', 1_000, NOTHING));
}

/** Sends what needs no answer. */
function send({ posiv }: World, target: string, ...bytes: number[]): boolean {
  const sent = bytes.map((byte) => posiv.ipc.msg(target, 'note', Uint8Array.of(byte), 1_000));
  return sent.every((each) => !(each instanceof Promise) && each.ok);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

test('who sends to another node again and again does not wait, and all of it comes, in order', async (t) => {
  const world = made();
  const target = await withCredit(world);
  t.true(send(world, target, ...range(3, 60)));
  good(await world.posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.deepEqual(world.came, range(1, 60));
});

test('a sender waits while the mailbox on the other node is full, and no more than that is in it', async (t) => {
  const world = made();
  const target = await withCredit(world);
  const gate = Promise.withResolvers<void>();
  world.gate = gate.promise;
  let sent = 0;
  for (;;) {
    const last = world.posiv.ipc.msg(target, 'note', new Uint8Array(1_000), 5_000);
    if ((await Promise.race([last, settled().then(() => undefined)])) !== undefined) {
      sent += 1;
      continue;
    }
    await world.cluster.clock.advance(5_001);
    t.is(bad(await last), 'mailbox-full');
    break;
  }
  t.true(sent * 1_000 > MAILBOX_BYTES / 2 && sent * 1_000 < MAILBOX_BYTES + 2_000, `${sent}`);
  gate.resolve();
  good(await world.posiv.ipc.msg(target, 'note', NOTHING, 1_000));
});

test('what was under way when the connection was lost comes with the next one, once and in order', async (t) => {
  const world = made();
  const { cluster, posiv } = world;
  const target = await withCredit(world);
  t.true(send(world, target, ...range(3, 6)));
  await settled();
  t.deepEqual(world.came, range(1, 6));
  t.true(send(world, target, ...range(6, 9)));
  cluster.isolate(1);
  await settled();
  t.is(bad(await posiv.ipc.msg(target, 'note', Uint8Array.of(99), 1_000)), 'unreachable');
  t.deepEqual(world.came, range(1, 6));
  cluster.rejoin(1);
  good(await posiv.ipc.msg(target, 'note', Uint8Array.of(9), 1_000));
  good(await posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.deepEqual(world.came, range(1, 10));
});

test('it comes though others have filled the mailbox meanwhile, and no room stays kept', async (t) => {
  const world = made();
  const { cluster, there } = world;
  const target = await withCredit(world);
  const gate = Promise.withResolvers<void>();
  world.gate = gate.promise;
  t.true(send(world, target, 3, 4));
  cluster.isolate(1);
  await settled();
  const other = posivOf(there.sessions.open('default', ['posiv:kernel']).host);
  good(await other.ipc.msg(target, 'note', new Uint8Array(100), 1_000)); // is being handled
  good(await other.ipc.msg(target, 'note', new Uint8Array(MAILBOX_BYTES - 100), 1_000));
  cluster.rejoin(1);
  await settled();
  gate.resolve();
  good(await world.posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.deepEqual(world.came, [1, 2, 0, 0, 3, 4]);
  await cluster.clock.advance(300);
  t.is(there.table.get(target)!.mailboxBytes, 0);
});

test('after a connection was lost and made again credit is given anew', async (t) => {
  const world = made();
  const target = await withCredit(world);
  t.true(send(world, target, 3));
  for (let time = 0; time < 3; time += 1) {
    world.cluster.isolate(1);
    await settled();
    world.cluster.rejoin(1);
    await settled();
    await fill(world, target);
    t.true(send(world, target, 4, 5, 6));
  }
  good(await world.posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  const round = [1, 2, 4, 5, 6];
  t.deepEqual(world.came, [1, 2, 3, ...round, ...round, ...round]);
});

test('a connection that is lost again while things are sent again loses and doubles nothing', async (t) => {
  const world = made();
  const { cluster } = world;
  const target = await withCredit(world);
  t.true(send(world, target, ...range(3, 50)));
  for (let time = 0; time < 5; time += 1) {
    cluster.isolate(1);
    await settled();
    cluster.rejoin(1);
    if (time % 2 === 0) await settled(); // else all of it is lost on its way
  }
  good(await world.posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  t.deepEqual(world.came, range(1, 50));
});

test('each frame that a node counts as sent to another is counted there, of whichever kind', async (t) => {
  const world = made();
  const { cluster, here, there } = world;
  const session = here.sessions.open('default', ['posiv:kernel']);
  const posiv = posivOf(session.host);
  const target = await withCredit(world, posiv);
  for (let time = 0; time < 50; time += 1) {
    good(await posiv.ipc.msg(target, 'note', new Uint8Array(1_000), 1_000));
    if (time % 10 === 0) good(await posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  }
  session.close();
  await cluster.clock.advance(300);
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const)
    t.deepEqual(new Map(from.hops.out('node')), new Map(to.hops.in('node')));
  t.is(here.hops.out('node').get('resume')?.frames, 1);
  t.true(here.hops.out('node').has('release'));
  t.true(there.hops.out('node').has('taken'));
});

test('of a node that is lost nothing is kept, and its senders have no credit', async (t) => {
  const world = made();
  const { cluster, here } = world;
  const target = await withCredit(world);
  t.true(send(world, target, 3));
  cluster.isolate(1);
  t.true(here.oneWays.bytesTo(cluster.kernels[1]!.self) > 0);
  here.nodeLost(cluster.kernels[1]!.self);
  await settled();
  t.is(here.oneWays.bytesTo(cluster.kernels[1]!.self), 0);
  t.is(bad(await world.posiv.ipc.msg(target, 'note', Uint8Array.of(4), 1_000)), 'unreachable');
});

test('the room of a sender whose node is lost is free again', async (t) => {
  const world = made();
  const { cluster, here, there } = world;
  const target = await withCredit(world);
  await cluster.clock.advance(300);
  t.true(there.table.get(target)!.mailboxBytes > 0);
  there.nodeLost(here.self);
  await cluster.clock.advance(300);
  t.is(there.table.get(target)!.mailboxBytes, 0);
});

test('the room of a sender that has ended is free again', async (t) => {
  const world = made();
  const { cluster, here, there } = world;
  const session = here.sessions.open('default', ['posiv:kernel']);
  const target = await withCredit(world, posivOf(session.host));
  session.close();
  await cluster.clock.advance(300);
  t.is(there.table.get(target)!.mailboxBytes, 0);
});

test('whoever has heard that a vTask of another node has ended has no credit with it any more', async (t) => {
  const world = made();
  const { ipc, monitor, vtask } = world.posiv;
  const target = await withCredit(world);
  good(await monitor.onDie(target));
  good(await vtask.kill(target));
  t.is(bad(await ipc.msg(target, 'note', NOTHING, 1_000)), 'task-died');
});

test('a lane that sends to another node without credit is not heard there, and nothing is kept for it', async (t) => {
  const world = made();
  const { here, posiv, there } = world;
  const target = await start(world);
  good(await posiv.ipc.rpc(target, 'sync', 1_000, NOTHING));
  const before = here.oneWays.bytesTo(there.self);
  const val = { sender: posiv.self, target, id: 0, identity: 'note', body: NOTHING };
  const lane = here.table.get(posiv.self)!.lane;
  here.laneFrames.receive(lane, passing({ tag: 'message', val: { ...val, remainingMs: 0 } }));
  await settled();
  t.deepEqual(world.came, []);
  t.is(here.oneWays.bytesTo(there.self), before);
});

test('what a lane of another node gives is not believed beyond what this node would keep', async (t) => {
  const world = made();
  const { posiv, here, there } = world;
  const target = await withCredit(world);
  const val = { sender: posiv.self, target, identity: 'note', bytes: 1 << 30 };
  receive(here, there.self, 'default', { tag: 'credit', val });
  await settled();
  t.true(posiv.ipc.msg(target, 'note', new Uint8Array(100_000), 1_000) instanceof Promise);
});

test('a node gives, takes back and gives up only the credit of its own vTasks, and to those of one tenant', async (t) => {
  const world = made();
  const { posiv, here, there } = world;
  const target = await withCredit(world);
  const own = { sender: posiv.self, target };
  const elsewhere = `n${'c'.repeat(16)}`;
  receive(here, elsewhere, 'default', { tag: 'recall', val: own });
  receive(there, elsewhere, '', { tag: 'release', val: own });
  await settled();
  t.true(send(world, target, 3));
  const stranger = here.sessions.open('other', ['posiv:kernel']).host.task;
  const val = { sender: stranger.vtid, target, identity: 'note', bytes: 1_000 };
  receive(here, there.self, 'default', { tag: 'credit', val });
  await settled();
  t.false(stranger.sendsByCredit(target, 'note', NOTHING));
});

function receive(kernel: Kernel, node: string, tenant: string, frame: Frame): void {
  const writer = new Writer();
  writePassingToPeer(writer, tenant, passing(frame));
  kernel.peerFrames.receive(node, writer.take());
}
