// What a node of the cluster may cost another one in memory that it is connected with, and speak of there.
import test from 'ava';
import { passing, writePassingToPeer } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { MOST_CALLS } from '#kernel/peer-frames.ts';
import { MOST_SENDS } from '#kernel/sends-of-nodes.ts';
import { MOST_OF_NODE } from '#kernel/monitors/watch-list.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { mintVtids } from '#kernel/vtid.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Frame, MessageFrame, RequestFrame, Watched } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const MIB = 1 << 20;
const NODE = { vtid: '', creator: undefined, tenant: '', grants: [] };
const NOTHING = new Uint8Array();

const taker: Program = {
  async run({ ipc }) {
    good(ipc.registerMsg('note') as ReturnType<typeof ok>);
    good(ipc.registerRpc('sync') as ReturnType<typeof ok>);
    return ok(0);
  },
  handlers: () => ({ onRpc: () => ({ tag: 'reply', val: NOTHING }), onMsg() {} }),
};

interface World {
  readonly cluster: KernelCluster;
  readonly here: Kernel;
  readonly there: Kernel;
  readonly posiv: Posiv;
}

function made(): World {
  const cluster = new KernelCluster(2, { '/taker': taker }, 1);
  const [here, there] = cluster.kernels as [Kernel, Kernel];
  const posiv = posivOf(here.sessions.open('default', ['posiv:kernel']).host);
  return { cluster, here, there, posiv };
}

async function start({ posiv }: World, node: '0' | '1'): Promise<string> {
  const options = { ...DEFAULT_OPTIONS, node, detached: true };
  const vtid = good(await posiv.vtask.new(undefined, '/taker', [], options));
  good(await posiv.vtask.sched(vtid));
  good(await posiv.ipc.rpc(vtid, 'sync', 1_000, NOTHING));
  return vtid;
}

/** vTasks that a node says that it has. */
function madeUp(kernel: Kernel, count: number): string[] {
  return mintVtids({ self: kernel.self, incarnation: 1 }, systemRandom, count);
}

const writer = new Writer();

/** A frame comes from a node as it would over a connection. */
function comes(to: Kernel, from: Kernel, frame: Frame, tenant = 'default'): void {
  writePassingToPeer(writer.reset(), tenant, passing(frame));
  to.peerFrames.receive(from.self, writer.view);
}

/** Gives credits to a vTask that there is not until the connection is ended for it once more: each is given back. */
function floodWithCredits({ cluster, here, there }: World): void {
  const [sender] = madeUp(here, 1);
  const [target] = madeUp(there, 1);
  const val = { sender: sender!, target: target!, identity: 'note', bytes: 1 };
  const before = cluster.givenUp.length;
  for (let sent = 0; cluster.givenUp.length === before && sent < 2_000_000; sent += 1)
    comes(here, there, { tag: 'credit', val });
}

test('a node that has others answer it and never says that it has taken that loses its connection, and fills nothing', (t) => {
  const world = made();
  const { cluster, here, there } = world;
  floodWithCredits(world);
  t.deepEqual(cluster.givenUp, [there.self]);
  const bytes = here.oneWays.bytesTo(there.self);
  t.true(bytes < 33 * MIB, `${bytes}`);
  floodWithCredits(world);
  t.deepEqual(cluster.givenUp, [there.self, there.self]);
  t.is(here.oneWays.bytesTo(there.self), bytes);
});

test('a credit that could not be given back then is given back on the next connection', async (t) => {
  const world = made();
  const { cluster, here, there } = world;
  const target = await start(world, '1');
  const session = here.sessions.open('default', ['posiv:kernel']);
  const { ipc } = posivOf(session.host);
  for (let time = 0; time < 3; time += 1) good(await ipc.msg(target, 'note', NOTHING, 1_000));
  await cluster.clock.advance(300);
  t.true(there.table.get(target)!.mailboxBytes > 0);

  cluster.isolate(1);
  floodWithCredits(world);
  session.close();
  await cluster.clock.advance(300);
  for (let time = 0; time < 2; time += 1) {
    cluster.rejoin(1); // the first one is ended once more, while all of it is under way
    await settled();
    await cluster.clock.advance(300);
    cluster.isolate(1);
  }
  t.is(here.oneWays.bytesTo(there.self), 0);
  t.is(there.table.get(target)!.mailboxBytes, 0);
});

test('a node that gives a vTask credit of nothing for each of very many is given it back', (t) => {
  const { here, there, posiv } = made();
  for (const target of madeUp(there, 100_000)) {
    const val = { sender: posiv.self, target, identity: 'note', bytes: 0 };
    comes(here, there, { tag: 'credit', val });
  }
  const taken = 100_000 - (here.hops.out('node').get('release')?.frames ?? 0);
  t.true(taken > 10_000 && taken <= (8 * MIB) / 256, `${taken}`);
});

const TARGETS = 32;

/** What a node may ask of another one about watches, for as many as it is asked for, on vTasks there. */
async function watching(world: World) {
  const { here, there } = world;
  const targets = await Promise.all(Array.from({ length: TARGETS }, () => start(world, '0')));
  const calls = here.peerFrames.calls({ ...NODE, node: there.self });
  const [own] = madeUp(there, 1);
  const watch = (id: number, what: Watched = 'die', watcher = own!) =>
    calls.watch('default', watcher, id, targets[id % TARGETS]!, what) as ReturnType<typeof ok>;
  const unwatch = (id: number) => calls.unwatch(own!, id, targets[id % TARGETS]!);
  for (let id = 0; id < MOST_OF_NODE; id += 1) good(watch(id));
  return { watch, unwatch };
}

test('a node sets no more watches on another than there is room for, and none for vTasks that are not its own', async (t) => {
  const world = made();
  const { watch, unwatch } = await watching(world);
  t.is(bad(watch(MOST_OF_NODE)), 'quota-exceeded');
  good(watch(MOST_OF_NODE, 'start')); // has fired, and takes no room
  good(watch(0)); // it is set once more

  unwatch(0);
  good(watch(MOST_OF_NODE));
  t.is(bad(watch(0)), 'quota-exceeded');
  good(await world.posiv.monitor.onDie(await start(world, '0'))); // another node's

  t.is(bad(watch(0, 'die', madeUp(world.here, 1)[0])), 'refused');
});

test('a node takes back no watch of a vTask of another one', async (t) => {
  const world = made();
  const { here, there, posiv } = world;
  const target = await start(world, '0');
  const watch = good(await posiv.monitor.onDie(target));
  here.peerFrames.calls({ ...NODE, node: there.self }).unwatch(posiv.self, watch, target);
  good(await posiv.vtask.kill(target));
  t.deepEqual(good(await posiv.ipc.receive(1_000)), {
    tag: 'notice',
    val: { watch, vtid: target, change: { tag: 'died', val: { tag: 'killed' } } },
  });
});

test('what the vTasks of a lost node watched takes no room any more', async (t) => {
  const world = made();
  const { watch } = await watching(world);
  t.is(bad(watch(MOST_OF_NODE)), 'quota-exceeded');
  world.cluster.lose(1);
  good(watch(MOST_OF_NODE));
  t.pass();
});

test('a node has no more calls carried out at a time than there is room for', async (t) => {
  const world = made();
  const { here, there, posiv } = world;
  const target = await start(world, '1');
  const caller = { vtid: posiv.self, tenant: 'default' };
  const read = (): Promise<unknown> =>
    here.peerCalls.call(
      there.self,
      'posiv:kernel/log@0.1.0#read',
      [target, 0, 1_000_000_000],
      caller,
    );
  const waiting = Array.from({ length: MOST_CALLS }, read);
  await t.throwsAsync(read(), { code: 'call-failed', message: /65536 calls of that node/ });
  await there.end(there.table.get(target)!, { tag: 'killed' });
  await Promise.all(waiting);
  t.like(await read(), { ok: true });
});

const MAILBOX = 1 * MIB;

/** A vTask that takes nothing yet, whose mailbox a message of another node has filled. */
async function full(world: World) {
  const { here, there, posiv } = world;
  const options = { ...DEFAULT_OPTIONS, node: '0', detached: true };
  const target = good(await posiv.vtask.new(undefined, '/taker', [], options));
  const message = (sender: string, id: number, body = NOTHING): void => {
    const val: MessageFrame = { sender, target, id, identity: '', body, remainingMs: 0xffff_ffff };
    comes(here, there, { tag: 'message', val });
  };
  const [sender] = madeUp(there, 1);
  message(sender!, 1, new Uint8Array(MAILBOX - 64));
  await settled();
  return { target, sender: sender!, message };
}

test('a node has no more senders parked here than there is room for', async (t) => {
  const world = made();
  const { here, there, posiv } = world;
  const boxes = await Promise.all(Array.from({ length: 64 }, () => full(world)));
  t.is(here.sendsOfNodes.of(there.self), 0); // those were taken
  const answers = () => here.hops.out('node').get('answer')!.frames;
  const before = answers();
  const each = (from: number, to: number) =>
    boxes.forEach(({ sender, message }) => {
      for (let id = from; id < to; id += 1) message(sender, id);
    });
  const most = MOST_SENDS / boxes.length + 2;
  each(2, most);
  t.is(answers(), before);
  each(most, most + 10);
  t.is(answers(), before + 640);
  t.is(here.sendsOfNodes.of(there.self), MOST_SENDS);
  each(2, 12); // are out already
  t.is(answers(), before + 640);

  await settled();
  for (const { target } of boxes) good(await posiv.vtask.kill(target)); // each is answered
  await settled();
  t.is(here.sendsOfNodes.of(there.self), 0);
});

test('a sender that waits for room is let in once there is some, and takes none any more', async (t) => {
  const world = made();
  const { here, there, posiv } = world;
  const { target, message } = await full(world);
  const rpc = posivOf(there.sessions.open('default', ['posiv:kernel']).host);
  const waits = rpc.ipc.msg(target, 'note', NOTHING, 60_000) as Promise<ReturnType<typeof ok>>;
  await settled();
  t.is(here.sendsOfNodes.of(there.self), 1);
  good(await posiv.vtask.sched(target));
  good(await waits);
  t.is(here.sendsOfNodes.of(there.self), 0);
  message(rpc.self, 1 << 20); // of a name that it does not take
  await settled();
  t.is(here.sendsOfNodes.of(there.self), 0);
});

test('who waits for the answer to a request of another node counts in the mailbox', async (t) => {
  const world = made();
  const { here, there } = world;
  const { target } = await full(world);
  const [caller] = madeUp(there, 1);
  const chain = madeUp(there, MAILBOX / 64 + 1);
  const val: RequestFrame = {
    caller: caller!,
    target,
    id: 7,
    identity: '',
    args: NOTHING,
    remainingMs: 1_000,
    chain,
  };
  const before = here.hops.out('node').get('answer')?.frames ?? 0;
  comes(here, there, { tag: 'request', val });
  await settled();
  t.is(here.hops.out('node').get('answer')!.frames, before + 1); // it never fits
});
