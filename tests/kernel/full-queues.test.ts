import test from 'ava';
import type { Kernel } from '#kernel/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { ok } from '#posiv-wit/result.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const NOTHING = new Uint8Array();
const WITHOUT_END = 0xffff_ffff;
const MAILBOX_BYTES = 1_024;
/** Two of these do not fit into a mailbox. */
const MOST_OF_IT = new Uint8Array(800);

interface World {
  readonly cluster: KernelCluster;
  readonly here: Kernel;
  readonly there: Kernel;
  /** A session here. */
  readonly posiv: Posiv;
  /** A vTask of the other node, which answers `held` when it is told to and is in a message `slow` until it is let go. */
  readonly target: string;
  /** The vTask's own. */
  readonly own: Posiv;
  /** Answers a request that it holds. */
  readonly answer: (value: Uint8Array) => void;
  readonly letGo: () => void;
}

const at = (node: string) => ({
  ...DEFAULT_OPTIONS,
  node,
  quota: { ...DEFAULT_QUOTA, mailboxBytes: MAILBOX_BYTES },
});

async function made(): Promise<World> {
  const gate = Promise.withResolvers<void>();
  const held: number[] = [];
  let own: Posiv | undefined;
  const service: Program = {
    async run(posiv, [role]) {
      if (role === 'target') own = posiv;
      good(posiv.ipc.registerRpc('held') as ReturnType<typeof ok>);
      good(posiv.ipc.registerMsg('slow') as ReturnType<typeof ok>);
      return ok(0);
    },
    handlers: () => ({
      onRpc({ token }) {
        held.push(token);
        return { tag: 'later' };
      },
      onMsg: () => gate.promise,
    }),
  };
  const cluster = new KernelCluster(2, { '/service': service }, 1);
  const [here, there] = cluster.kernels as [Kernel, Kernel];
  const posiv = posivOf(here.sessions.open('default', ['posiv:kernel']).host);
  const target = good(await posiv.vtask.new(undefined, '/service', ['target'], at('1')));
  good(await posiv.vtask.sched(target));
  await settled();
  return {
    cluster,
    here,
    there,
    posiv,
    target,
    own: own!,
    answer: (value) => void good(own!.ipc.reply(held.shift()!, ok(value)) as ReturnType<typeof ok>),
    letGo: gate.resolve,
  };
}

/** Fills the mailbox of the target, from its own node: one is being handled, one waits. */
async function fill({ there, target }: World): Promise<void> {
  const near = posivOf(there.sessions.open('default', ['posiv:kernel']).host);
  good(await near.ipc.msg(target, 'slow', NOTHING, 1_000));
  good(await near.ipc.msg(target, 'slow', MOST_OF_IT, 1_000));
}

test('an answer for which there is no room on the way back becomes a short error', async (t) => {
  const { answer, cluster, here, posiv, target } = await made();
  const waiting = posiv.ipc.rpc(target, 'held', WITHOUT_END, NOTHING);
  await settled();
  cluster.stuck.add(here.self);
  answer(new Uint8Array(10_000));
  const ended = await waiting;
  t.is(bad(ended), 'unreachable');
  t.regex(String(!ended.ok && 'val' in ended.error && ended.error.val), /answer/);
  t.deepEqual([...cluster.kernels[1]!.hops.failures], [['unreachable', 1]]);
});

test('an answer no longer than that error arrives as it is', async (t) => {
  const { answer, cluster, here, posiv, target } = await made();
  const waiting = posiv.ipc.rpc(target, 'held', WITHOUT_END, NOTHING);
  await settled();
  cluster.stuck.add(here.self);
  answer(Uint8Array.of(7));
  t.deepEqual(await waiting, ok(Uint8Array.of(7)));
});

test('a request for which there is no room fails at once', async (t) => {
  const { cluster, posiv, target, there } = await made();
  cluster.stuck.add(there.self);
  t.is(bad(await posiv.ipc.rpc(target, 'held', WITHOUT_END, NOTHING)), 'unreachable');
  t.is(bad(await posiv.ipc.msg(target, 'slow', NOTHING, WITHOUT_END)), 'unreachable');
  t.is(bad(await posiv.vtask.info(target)), 'unreachable');
});

test('a call whose result finds no room on the way back fails', async (t) => {
  const { cluster, here, posiv, there, target } = await made();
  there.logs.write(target, 'output', new Uint8Array(5_000));
  const params = [target, 0, 1_000];
  const caller = { vtid: posiv.self, tenant: 'default' };
  cluster.stuck.add(here.self);
  const asked = here.peerCalls.call(there.self, 'posiv:kernel/log@0.1.0#read', params, caller);
  await t.throwsAsync(asked, { code: 'call-failed', message: /5\d{3} bytes/ });
});

test('watchers hear of an end, whatever waits for their node', async (t) => {
  const { cluster, here, posiv, target, there } = await made();
  const died = good(await posiv.monitor.onDie(target));
  good(await posiv.monitor.onExit(target));
  cluster.stuck.add(here.self);
  await there.end(there.table.get(target)!, { tag: 'killed' });
  t.deepEqual(good(await posiv.ipc.receive(1_000)), {
    tag: 'notice',
    val: { watch: died, vtid: target, change: { tag: 'died', val: { tag: 'killed' } } },
  });
  await settled();
  t.is(here.watchers.countOf(posiv.self), 0);
});

test('a sender that is parked hears that there is room, whatever waits for its node', async (t) => {
  const world = await made();
  const { cluster, here, letGo, posiv, target } = world;
  await fill(world);
  const waiting = posiv.ipc.msg(target, 'slow', MOST_OF_IT, WITHOUT_END);
  await settled();
  cluster.stuck.add(here.self);
  letGo();
  t.deepEqual(await waiting, ok(undefined));
});

test('a sender that gives up leaves the room that is kept for it, whatever waits for the node of the target', async (t) => {
  const world = await made();
  const { cluster, here, letGo, posiv, target, there } = world;
  await fill(world);
  const waiting = posiv.ipc.msg(target, 'slow', MOST_OF_IT, 1_000);
  await settled();
  const near = posivOf(there.sessions.open('default', ['posiv:kernel']).host);
  const behind = near.ipc.msg(target, 'slow', MOST_OF_IT, WITHOUT_END);
  cluster.cut.add(`${there.self} ${here.self}`); // that there is room is on its way for long
  letGo();
  cluster.stuck.add(there.self);
  await cluster.clock.advance(1_001);
  t.is(bad(await waiting), 'mailbox-full');
  t.deepEqual(await behind, ok(undefined));
});

test('room that is kept for a sender which cannot use it goes to the next', async (t) => {
  const world = await made();
  const { cluster, letGo, posiv, target, there } = world;
  await fill(world);
  const waiting = posiv.ipc.msg(target, 'slow', MOST_OF_IT, WITHOUT_END);
  await settled();
  const near = posivOf(there.sessions.open('default', ['posiv:kernel']).host);
  const behind = near.ipc.msg(target, 'slow', MOST_OF_IT, WITHOUT_END);
  cluster.stuck.add(there.self);
  letGo();
  t.is(bad(await waiting), 'unreachable');
  t.deepEqual(await behind, ok(undefined));
});

test('children on another node end with their creator, whatever waits for that node', async (t) => {
  const { cluster, here, own, there } = await made();
  const child = good(await own.vtask.new(undefined, '/service', ['child'], at('0')));
  good(await own.vtask.sched(child));
  await settled();
  cluster.stuck.add(here.self);
  await there.end(there.table.get(own.self)!, { tag: 'killed' });
  await settled();
  t.deepEqual(here.table.get(child)?.reason, { tag: 'creator-ended' });
});
