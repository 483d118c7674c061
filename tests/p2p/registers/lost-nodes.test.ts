import test from 'ava';
import { LEASE_MS, LeaseKeeper } from '#p2p/registers/lease-keeper.ts';
import { LostNodes } from '#p2p/registers/lost-nodes.ts';
import { ServiceWorld } from './support/service-world.ts';
import { quiet } from '#tests/support/quiet.ts';

/** The lives of nodes in a world: their leases, and whom each has taken for lost. */
class Lives {
  readonly world: ServiceWorld;
  readonly leases = new Map<number, LeaseKeeper>();
  readonly watching = new Map<number, LostNodes>();
  /** Each with the node that was told. */
  readonly lost: string[] = [];
  /** Nodes that have heard that they were taken for lost. */
  readonly fenced: number[] = [];

  constructor(world: ServiceWorld) {
    this.world = world;
    world.machines.forEach((_, at) => this.begin(at));
  }

  begin(at: number): void {
    const { clock, service, name, starts } = this.world.machines[at]!;
    const proposer = service!;
    const bearsLoss = (): boolean => (proposer.configuration?.acceptors.length ?? 0) >= 3;
    this.leases.set(
      at,
      new LeaseKeeper(
        { proposer, clock: clock!, logger: quiet, bearsLoss },
        { node: name, incarnation: starts, onLost: () => this.fenced.push(at) },
      ),
    );
    const others = (): ReturnType<ServiceWorld['othersOf']> => this.world.othersOf(name);
    this.watching.set(
      at,
      new LostNodes({ proposer, clock: clock!, logger: quiet, others }, (node, incarnation) =>
        this.lost.push(`n${at}: ${node}/${incarnation}`),
      ),
    );
  }

  async settled(): Promise<this> {
    const keepers = this.world.machines.length < 5 ? 'n0 n1 n2' : 'n0 n1 n2 n3 n4';
    await this.world.reaches(() => this.world.acceptors() === keepers);
    await this.pass(2_000);
    return this;
  }

  pass(ms: number): Promise<void> {
    return this.world.timeline.runUntil(this.world.timeline.now + ms);
  }
}

async function livesOf(nodes: number): Promise<Lives> {
  return new Lives(await ServiceWorld.of(nodes));
}

test('a node that ended is lost to all others once its lease has run out, and not before', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  world.crash(world.machines[1]!);
  await lives.pass(LEASE_MS * 0.9);
  t.deepEqual(lives.lost, []);
  await lives.pass(LEASE_MS);
  t.deepEqual(lives.lost.toSorted(), ['n0: n1/1', 'n2: n1/1']);
  await lives.pass(3 * LEASE_MS);
  t.is(lives.lost.length, 2, 'each is told once');
});

test('one that is missed late is lost to all no later than if it had been missed at once', async (t) => {
  const lives = await (await livesOf(7)).settled();
  const { world } = lives;
  world.crash(world.machines[6]!);
  world.unnoticed.add('n6');
  await lives.pass(LEASE_MS * 0.9);
  world.unnoticed.clear();
  t.deepEqual(lives.lost, []);
  await lives.pass(LEASE_MS * 0.15 + 700); // by one of those who keep the lease; then the others look again
  t.is(lives.lost.length, 6);
});

test('who is cut off stops before the others take it for lost, and hears of that when it is back', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  const [first, second, third] = world.machines;
  world.cut(first!, second!);
  world.cut(first!, third!);
  t.true(lives.leases.get(0)!.mayAct);
  await world.reaches(() => lives.lost.length > 0 || !lives.leases.get(0)!.mayAct);
  t.deepEqual(lives.lost, [], 'it stopped first');
  await lives.pass(2 * LEASE_MS);
  t.deepEqual(lives.lost.toSorted(), ['n1: n0/1', 'n2: n0/1'], 'a minority takes nobody for lost');
  t.deepEqual(lives.fenced, []);
  world.mend();
  await lives.pass(2_000);
  t.deepEqual(lives.fenced, [0]);
  t.false(lives.leases.get(0)!.mayAct);
});

test('who is cut off for a moment is not lost, and acts again', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  const [first, second, third] = world.machines;
  world.cut(first!, second!);
  world.cut(first!, third!);
  await lives.pass(LEASE_MS / 2);
  world.mend();
  await lives.pass(3 * LEASE_MS);
  t.deepEqual(lives.lost, []);
  t.true(lives.leases.get(0)!.mayAct);
});

test('of two nodes none is taken for lost, and one goes on without the other', async (t) => {
  const lives = await livesOf(2);
  await lives.pass(2_000);
  lives.world.crash(lives.world.machines[0]!);
  await lives.pass(4 * LEASE_MS);
  t.deepEqual(lives.lost, []);
  t.true(lives.leases.get(1)!.mayAct);
});

test('of two nodes one that is revoked is lost, and each of its later lives', async (t) => {
  const lives = await livesOf(2);
  const { world } = lives;
  await lives.pass(2_000);
  world.crash(world.machines[1]!);
  await lives.pass(4 * LEASE_MS);
  t.deepEqual(lives.lost, []);
  world.revoked.add('n1');
  await lives.pass(1_000);
  t.deepEqual(lives.lost, ['n0: n1/1']);
  world.machines[1]!.starts = 3;
  await lives.pass(1_000);
  t.deepEqual(lives.lost, ['n0: n1/1', 'n0: n1/3']);
});

test('a node that is revoked and holds a lease is lost once that has run out, and not before', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  world.crash(world.machines[1]!);
  world.revoked.add('n1');
  await lives.pass(LEASE_MS * 0.9);
  t.deepEqual(lives.lost, []);
  await lives.pass(LEASE_MS);
  t.deepEqual(lives.lost.toSorted(), ['n0: n1/1', 'n2: n1/1']);
});

test('a life that has ended is lost as soon as the next one is met', async (t) => {
  const lives = await livesOf(2);
  const { world } = lives;
  world.crash(world.machines[1]!);
  await world.start(world.machines[1]!);
  lives.watching.get(0)!.met('n1', 2);
  t.deepEqual(lives.lost, ['n0: n1/1']);
  t.true(lives.watching.get(0)!.isLost('n1', 1));
  t.false(lives.watching.get(0)!.isLost('n1', 2));
});

test('who leaves gives its lease back, and nobody has to wait for it', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  await world.until(lives.leases.get(2)![Symbol.asyncDispose]());
  world.crash(world.machines[2]!);
  await lives.pass(1_000);
  t.deepEqual(lives.lost.toSorted(), ['n0: n2/1', 'n1: n2/1']);
});

test('a lost node that starts again holds a lease of its own', async (t) => {
  const lives = await (await livesOf(3)).settled();
  const { world } = lives;
  world.crash(world.machines[1]!);
  await lives.pass(3 * LEASE_MS);
  await world.start(world.machines[1]!);
  lives.begin(1);
  await lives.pass(3 * LEASE_MS);
  t.true(lives.leases.get(1)!.mayAct);
  t.is(lives.lost.length, 2);
  world.crash(world.machines[1]!);
  await lives.pass(3 * LEASE_MS);
  t.deepEqual(lives.lost.slice(2).toSorted(), ['n0: n1/2', 'n2: n1/2']);
});

test('of one that has just been heard of the lease is not looked at, for it is likely to be met', async (t) => {
  const { world } = await (await livesOf(3)).settled();
  const { service, clock } = world.machines[0]!;
  const looked: string[] = [];
  const proposer = {
    change: service!.change.bind(service),
    read: (key: string, timeoutMs: number) => {
      looked.push(key);
      return service!.read(key, timeoutMs);
    },
  };
  let fresh = true;
  const others = () => [
    { node: 'n1', reachable: false, fresh, incarnation: 1, revoked: false },
    { node: 'n2', reachable: false, fresh: false, incarnation: 1, revoked: false },
  ];
  using lost = new LostNodes({ proposer, clock: clock!, logger: quiet, others }, () => {});
  await world.timeline.runUntil(world.timeline.now + 1_000);
  t.deepEqual([...new Set(looked)], ['lease/n2']);
  fresh = false;
  lost.look();
  t.true(looked.includes('lease/n1'));
});
