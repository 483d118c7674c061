import { strict as assert } from 'node:assert';
import { isOver, type KillWorld } from './kill-world.ts';

/** What is done to a machine when a node is killed; `create anew` is of a template that has to be started first. */
export const WAYS = [
  'create',
  'create anew',
  'snapshot',
  'suspend',
  'resume',
  'migrate',
  'remove',
] as const;
export type Way = (typeof WAYS)[number];

/** Whose node that is: the machine's, or where it is made or goes on; that which it is moved to; the master's; or the master's with the machine. */
export const WHOSE = ['machine', 'taker', 'master', 'both'] as const;
export type Whose = (typeof WHOSE)[number];

export interface Strike {
  readonly way: Way;
  readonly whose: Whose;
  /** As `Order` has it; none to hear of all. */
  readonly step: string | undefined;
  /** Whether the node is started again at once. Else once its machines are back without it. */
  readonly soon: boolean;
}

/** What became of it. */
export interface Outcome {
  /** All steps of the node that was to be struck, where none was struck. */
  readonly steps: readonly string[];
  readonly isStruck: boolean;
  /** Of the machines that something was done to, how many there were in the end: all, but where they were to be removed. */
  readonly left: number;
}

/** The machines that nothing is done to. */
export const OTHERS: readonly string[] = ['by-1', 'by-2', 'by-3'];
/** Those that are made, or removed, by one request. */
export const BATCH: readonly string[] = ['m-1', 'm-2', 'm-3'];

/** Makes the machines that go on whatever happens. */
export async function prepare(world: KillWorld): Promise<void> {
  await world.create(0, 'by', OTHERS.length);
  await world.settled(0);
}

/**
 * Does something to machines, kills a node at a step of it, and starts it again. Throws unless they run then, as they were kept last or
 * later; there is one of each; the others went on; and nothing of them is left once they have been removed. Of those that were to be removed
 * by one request all have to be gone, or none; so have those to be there that were to be made by one.
 */
export async function strike(
  world: KillWorld,
  { way, whose, step, soon }: Strike,
): Promise<Outcome> {
  const { asked, here, there, struck } = await placesOf(world, whose);
  const idOf = (at: number): string => world.cluster.nodes[at]!.id;
  const creates = way === 'create' || way === 'create anew';
  const removes = way === 'remove';
  const names = creates || removes ? BATCH : ['m'];
  const [name = ''] = names;
  if (removes) {
    await world.create(asked, 'm', names.length);
    await world.settled(asked);
  } else if (!creates) await makeOne(world, asked, name, idOf(here));
  if (way === 'resume') await world.act(asked, name, 'suspend');
  const others = await othersThan(world, asked, idOf(struck));

  const steps: string[] = [];
  const isArmed = await world.arm(struck, { step, what: 'node' }, (said) => {
    if (typeof said === 'object') steps.push(said.step);
  });
  assert.ok(isArmed, 'the node that was to be struck had ended before');
  const act = async (): Promise<void> => {
    if (removes) return world.remove(asked, ...names);
    if (!creates) return world.act(asked, name, way, idOf(way === 'migrate' ? there : here));
    await world.create(asked, 'm', names.length, { fresh: way === 'create anew' });
    await world.settled(asked);
  };
  const acted = act().then(
    () => undefined,
    (error: unknown) => error as Error & { code?: string },
  );
  const isGone = await Promise.race([world.gone(struck).then(() => true), acted.then(() => false)]);
  const isStruck = isGone || !(await world.disarm(struck));
  if (isStruck && soon) await world.again(struck);
  const failure = await acted;
  if (failure)
    assert.ok(isStruck && failure.code, `it was not said clearly what was wrong: ${failure.stack}`);

  if (isStruck && !soon) {
    await world.settled(asked, (each) => isOver(each) && each.node !== idOf(struck));
    await world.again(struck);
  }
  const known = (await world.settled(asked)).map((each) => each.name);
  const left = names.filter((each) => known.includes(each));
  // What a master was lost with before it had kept it was not done, which its caller has heard.
  if (removes || (creates && failure))
    assert.ok(left.length === 0 || left.length === names.length, `${left.join()} are left`);
  else assert.deepEqual(left, names);
  await world.holdsOnly(asked, [...OTHERS, ...left]);
  const now = await world.settled(asked);
  assert.equal(now.length, OTHERS.length + left.length);
  for (const each of now) {
    if (OTHERS.includes(each.name)) {
      const before = others.get(each.name) ?? each.vtid;
      assert.equal(each.vtid, before, `${each.name} did not go on`);
    }
    if (each.state === 'running') continue;
    assert.deepEqual([each.state, each.name], ['suspended', name]);
    assert.ok(way === 'suspend' || (way === 'resume' && failure), `${way} left it suspended`);
    await world.act(asked, name, 'resume');
  }
  for (const each of [...OTHERS, ...left]) await world.say(asked, each, '.', '.');
  if (!creates && !removes)
    assert.match(await world.say(asked, name, 'r'), isStruck ? /^[KX]$/ : /^X$/);
  if (left.length > 0) await world.remove(asked, ...left);
  await world.holdsOnly(asked, OTHERS);
  return { steps, isStruck, left: left.length };
}

/** The agents of the machines that nothing is done to, but for those of one node. */
async function othersThan(
  world: KillWorld,
  asked: number,
  node: string,
): Promise<ReadonlyMap<string, string | null>> {
  const all = await world.settled(asked);
  return new Map(
    all
      .filter((each) => OTHERS.includes(each.name) && each.node !== node)
      .map(({ name, vtid }) => [name, vtid]),
  );
}

/** The nodes, by what they are for. */
export async function placesOf(
  world: KillWorld,
  whose: Whose,
): Promise<{ asked: number; here: number; there: number; struck: number }> {
  await world.settled(0);
  const master = world.at(await (await world.master(0)).node());
  // A batch is certain to come to the one that has the fewest.
  const hosts = await (await world.client(0)).hosts.list();
  const [one, other] = hosts
    .toSorted((a, b) => a.machines - b.machines)
    .map(({ node }) => world.at(node))
    .filter((at) => at !== master) as [number, number];
  switch (whose) {
    case 'machine':
      return { asked: master, here: one, there: other, struck: one };
    case 'taker':
      return { asked: master, here: one, there: other, struck: other };
    case 'master':
      return { asked: one, here: one, there: other, struck: master };
    case 'both':
      return { asked: one, here: master, there: other, struck: master };
  }
}

/** Makes a machine that runs on a node, and was kept with K on its disk; by now there is X. */
export async function makeOne(
  world: KillWorld,
  asked: number,
  name: string,
  node: string,
): Promise<void> {
  await world.create(asked, name, 1);
  const made = await world.settled(asked);
  if (made.find((each) => each.name === name)!.node !== node)
    await world.act(asked, name, 'migrate', node);
  await world.say(asked, name, 'wK', 'W');
  await world.act(asked, name, 'snapshot');
  await world.say(asked, name, 'wX', 'W');
}
