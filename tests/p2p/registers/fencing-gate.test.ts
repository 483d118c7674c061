import test from 'ava';
import type { Lease, RegisterState } from '#posiv-wit/generated/p2p/registers.ts';
import { CasRegisters } from '#p2p/registers/cas-registers.ts';
import { FencingGate } from '#p2p/registers/fencing-gate.ts';
import { LeaseHolder } from '#p2p/registers/lease-holder.ts';
import { encodeLease, leaseKey } from '#p2p/registers/lease-record.ts';
import { LeaseWatch } from '#p2p/registers/lease-watch.ts';
import { failsWith } from './support/fails-with.ts';
import { calmWorld, type World } from './support/world.ts';

const TIMEOUT_MS = 1_000;
const VALUE = new TextEncoder().encode('value');
const LIFE = 2; // of the nodes of a calm world, which have been started once before
const OWN = leaseKey('n0');

/** What an acceptor holds of the lease of n0. */
function leased(lease: Pick<Lease, 'incarnation' | 'fenced'>): {
  ballot: { counter: number; proposer: string };
  state: RegisterState;
} {
  const value = encodeLease({ ...lease, fencingToken: 1, durationMs: 1_000 });
  return { ballot: { counter: 1, proposer: 'n1/1' }, state: { version: 1, value, recent: [] } };
}

/** A world in which the life of n0 is fenced, though its process goes on. */
async function fencedWorld(): Promise<World> {
  const world = await calmWorld({ nodes: 3, acceptors: 3 });
  const holder = new LeaseHolder(world.node(0)!, {
    node: 'n0',
    incarnation: LIFE,
    durationMs: TIMEOUT_MS,
  });
  await world.until(holder.acquire(TIMEOUT_MS));
  const watch = new LeaseWatch(world.node(1)!, 'n0');
  while ((await world.until(watch.fence(TIMEOUT_MS))).tag !== 'fenced')
    await world.timeline.runUntil(world.timeline.now + 100);
  return world;
}

test('a life is let in until its lease is fenced, or a later one has it', (t) => {
  const gate = new FencingGate();
  t.false(gate.refuses('n0/2', 'k'));
  gate.holds(OWN, leased({ incarnation: 2, fenced: false }));
  t.false(gate.refuses('n0/2', 'k'));
  t.true(gate.refuses('n0/1', 'k'));
  gate.holds(OWN, leased({ incarnation: 2, fenced: true }));
  t.true(gate.refuses('n0/2', 'k'));
  t.false(gate.refuses('n0/3', 'k'));
  t.false(gate.refuses('n1/1', 'k'), 'another node');
});

test('a fencing that was not chosen after all is forgotten with the next lease that is accepted', (t) => {
  const gate = new FencingGate();
  gate.holds(OWN, leased({ incarnation: 2, fenced: true }));
  gate.holds(OWN, leased({ incarnation: 2, fenced: false }));
  t.false(gate.refuses('n0/2', 'k'));
});

test('a fenced life may still ask what has become of its own lease, and change no other', (t) => {
  const gate = new FencingGate();
  gate.holds(OWN, leased({ incarnation: 2, fenced: true }));
  t.false(gate.refuses('n0/2', OWN));
  t.true(gate.refuses('n0/2', leaseKey('n1')));
});

test('a process whose life was fenced while it was paused changes no register any more', async (t) => {
  const world = await fencedWorld();
  const registers = new CasRegisters(world.proposer(0), { timeoutMs: TIMEOUT_MS });
  await failsWith(t, world.until(registers.swap('k', 0, VALUE)), 'register-fenced');
  const others = new CasRegisters(world.proposer(1), { timeoutMs: TIMEOUT_MS });
  t.deepEqual(await world.until(others.read('k')), { version: 0, value: undefined });
  t.true((await world.until(others.swap('k', 0, VALUE))).written);
});

test('nor one for whose next change it had a promise before it was fenced', async (t) => {
  const world = await calmWorld({ nodes: 3, acceptors: 3 });
  const registers = new CasRegisters(world.proposer(0), { timeoutMs: TIMEOUT_MS });
  await world.until(registers.swap('k', 0, VALUE));
  const fence = (): { value: Uint8Array } => ({
    value: encodeLease({ incarnation: LIFE, fencingToken: 1, durationMs: 1_000, fenced: true }),
  });
  await world.until(world.proposer(1).change(OWN, fence, TIMEOUT_MS));
  // It had sent the change to acceptors, so it cannot say that none of them has it.
  await failsWith(t, world.until(registers.swap('k', 1, VALUE)), 'register-unknown');
  const others = new CasRegisters(world.proposer(1), { timeoutMs: TIMEOUT_MS });
  t.is((await world.until(others.read('k'))).version, 1);
});

test('an acceptor that starts again knows from its log who is fenced', async (t) => {
  const world = await fencedWorld();
  for (const at of [1, 2]) {
    world.crash(world.machines[at]!);
    world.start(world.machines[at]!);
  }
  await world.timeline.runUntil(world.timeline.now + TIMEOUT_MS);
  const registers = new CasRegisters(world.proposer(0), { timeoutMs: TIMEOUT_MS });
  await failsWith(t, world.until(registers.swap('k', 0, VALUE)), 'register-fenced');
});

test('the next life of the node changes registers as any other', async (t) => {
  const world = await fencedWorld();
  world.crash(world.machines[0]!);
  world.start(world.machines[0]!);
  await world.timeline.runUntil(world.timeline.now + TIMEOUT_MS);
  const registers = new CasRegisters(world.proposer(0), { timeoutMs: TIMEOUT_MS });
  t.true((await world.until(registers.swap('k', 0, VALUE))).written);
});
