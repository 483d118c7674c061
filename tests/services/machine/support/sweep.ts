import type { ExecutionContext } from 'ava';
import { bad, good } from '#tests/support/results.ts';
import { Hosts, TINY } from './hosts.ts';

export const FAULTS = ['the line', 'the giver', 'the taker'] as const;

/** What became of a move that was struck. */
export interface Outcome {
  /** What the nodes had asked each other in all, where nothing was struck. */
  readonly steps: number;
  /** What was struck. */
  readonly isStruck: boolean;
  /** The node on which it runs in the end; undefined where it was lost with its node. */
  readonly on: 'a' | 'b' | undefined;
}

/**
 * Moves a machine that counts from node `a` to node `b`, strikes at the nth thing that one asks of the other, and does what the master of
 * machines would do then. Fails unless the machine runs on one node at most, on one where it can, and no number was said on both.
 */
export async function strike(
  t: ExecutionContext,
  fault: (typeof FAULTS)[number],
  at: number,
): Promise<Outcome> {
  const hosts = await Hosts.open(t, 'a', 'b');
  const [here, there] = [hosts.machine('a', 'agent-1'), hosts.machine('b', 'agent-2')];
  good(await here.calls.create(TINY));
  await here.type('c');
  await here.hasSaid('0001');
  const offer = good(await here.calls.migrateOut());
  let steps = 0;
  let struck: Promise<void> = Promise.resolve();
  hosts.onStep = () => {
    if ((steps += 1) !== at) return;
    if (fault === 'the line') hosts.cut('a', 'b');
    else struck = hosts.kill(fault === 'the giver' ? 'a' : 'b');
  };
  const made = await there.calls.migrateIn(TINY, offer);
  await struck;
  const isStruck = steps >= at;
  const lives = {
    a: !(fault === 'the giver' && isStruck),
    b: !(fault === 'the taker' && isStruck),
  };
  const taken = made.ok && lives.b;

  // The taker answers, or has ended: then, and only then, the giver is told to go on. Who has told that it runs before it was lost had it.
  const isBack = !taken && lives.a && bad(await here.calls.takeBack()) !== 'no-machine';
  if (taken && lives.a) here.agentEnded();
  const on = taken ? 'b' : isBack ? 'a' : undefined;
  const runs = on === 'b' ? there : here;
  if (on !== undefined) {
    const last = Math.max(...[here, there].flatMap((each) => [...numbers(each.said())]));
    await runs.hasSaid((last + 3).toString(16).padStart(4, '0'));
  }
  const [one, other] = [here, there].map((each) => numbers(each.said()));
  t.deepEqual([...one!.intersection(other!)], [], `${fault} at ${at}: said by both`);
  if (on !== 'a') await hosts.isEmpty('a');
  if (on !== 'b') await hosts.isEmpty('b');
  return { steps, isStruck, on };
}

function numbers(said: string): Set<number> {
  return new Set(said.match(/[0-9a-f]{4}(?=\n)/g)?.map((each) => Number.parseInt(each, 16)));
}
