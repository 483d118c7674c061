import test from 'ava';
import { differingGroups } from '#p2p/group-digests.ts';
import { digestsOf, inGroups, lackingIn } from '#p2p/membership/digests.ts';
import { supersedes } from '#p2p/membership/precedence.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';
import { said } from './support/lone-member.ts';

const ALIVE = { tag: 'alive' } as const;
const UNREACHABLE = { tag: 'unreachable' } as const;

function held(count: number): Statement[] {
  return Array.from({ length: count }, (_, at) => said(`n${String(at).padStart(16, 'a')}`, ALIVE));
}

test('who holds the same in another order has the same digests', (t) => {
  const ours = held(100);
  t.is(differingGroups(digestsOf(ours), digestsOf(ours.toReversed())), 0);
});

test('any change but a suspicion shows in the group of its node, and in no other', (t) => {
  const ours = held(100);
  const digests = digestsOf(ours);
  for (const [at, statement] of ours.entries()) {
    for (const changed of [
      { ...statement, incarnation: 2 },
      { ...statement, refutations: 1 },
      { ...statement, standing: UNREACHABLE },
      { ...statement, standing: { tag: 'left' } as const },
    ]) {
      const groups = differingGroups(digests, digestsOf(ours.with(at, changed)));
      t.deepEqual(inGroups([statement], groups), [statement]);
      t.is(groups & (groups - 1), 0, 'one bit');
    }
    const standing = { tag: 'suspect', val: { accuser: 'x', closed: false } } as const;
    t.is(differingGroups(digests, digestsOf(ours.with(at, { ...statement, standing }))), 0);
  }
});

test('what the other side lacks is what it has not, or has an older statement on', (t) => {
  const [a, b, c] = held(3);
  const theirs = [{ ...a!, standing: UNREACHABLE }, b!];
  const ours = [a!, { ...b!, refutations: 1 }, c!];
  t.deepEqual(lackingIn(theirs, ours), ours.slice(1));
});

test('statements on a node have one order, whoever compares them', (t) => {
  const standings = [
    ALIVE,
    { tag: 'suspect', val: { accuser: 'x', closed: false } } as const,
    UNREACHABLE,
    { tag: 'left' } as const,
  ];
  const ordered = [1, 2].flatMap((incarnation) =>
    [0, 1].flatMap((refutations) =>
      standings.map((standing) => said('n', standing, { incarnation, refutations })),
    ),
  );
  for (const [i, a] of ordered.entries())
    for (const [j, b] of ordered.entries()) t.is(supersedes(a, b), i > j);
});
