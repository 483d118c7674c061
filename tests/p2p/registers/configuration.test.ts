import test from 'ava';
import type { Configuration } from '#posiv-wit/generated/p2p/registers.ts';
import {
  blockingOf,
  firstConfiguration,
  isConfiguration,
  MAX_ACCEPTORS,
  nextConfiguration,
  nodeOf,
  quorumOf,
  type Quorum,
} from '#p2p/registers/configuration.ts';

const ALL = Array.from({ length: 10 }, (_, at) => `n${at}.${String(at).padStart(16, '0')}`);

/** Every way to choose so many, to check by enumeration what the sources compute. */
function choices(acceptors: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return acceptors.flatMap((first, at) =>
    choices(acceptors.slice(at + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

function alwaysMeet(one: Quorum, other: Quorum): boolean {
  return choices(one.acceptors, one.size).every((each) =>
    choices(other.acceptors, other.size).every((also) => each.some((id) => also.includes(id))),
  );
}

function wayTo(from: readonly string[], target: readonly string[]): Configuration[] {
  const way = [firstConfiguration(from)];
  for (;;) {
    const next = nextConfiguration(way.at(-1)!, target);
    if (next === undefined) return way;
    way.push(next);
    if (way.length > 40) throw new Error('it leads nowhere');
  }
}

test('on the way from any acceptors to any others each configuration is safe, and with its neighbours', (t) => {
  for (let from = 1; from <= MAX_ACCEPTORS; from += 1)
    for (let to = 1; to <= MAX_ACCEPTORS; to += 1)
      for (let shared = 0; shared <= Math.min(from, to); shared += 1) {
        const target = ALL.slice(from - shared, from - shared + to);
        const way = wayTo(ALL.slice(0, from), target);
        const last = way.at(-1)!;
        t.deepEqual(new Set(last.acceptors), new Set(target));
        for (const [at, each] of way.entries()) {
          t.true(isConfiguration(each) && alwaysMeet(quorumOf(each), quorumOf(each)));
          t.is(each.epoch, at + 1);
          const before = way[at - 1];
          if (before === undefined) continue;
          t.true(alwaysMeet(quorumOf(before), quorumOf(each)));
          t.true(alwaysMeet(blockingOf(before), quorumOf(before)));
        }
      }
});

test('one of three is replaced without ever needing the lost one', (t) => {
  const lost = ALL[2]!;
  for (const each of wayTo(ALL.slice(0, 3), [ALL[0]!, ALL[1]!, ALL[3]!])) {
    const { acceptors, size } = quorumOf(each);
    t.true(acceptors.filter((one) => one !== lost).length >= size);
  }
});

test('acceptors are one to five, each once, by their ids', (t) => {
  for (const wrong of [[], ALL.slice(0, 6), [ALL[0]!, ALL[0]!], ['n0'], ['n0.xyz']])
    t.is(t.throws(() => firstConfiguration(wrong)).message.includes('give one to 5'), true);
  const error = t.throws(() => nextConfiguration(firstConfiguration(ALL.slice(0, 3)), []));
  t.is((error as Error & { code: string }).code, 'configuration-refused');
  t.is(nodeOf('n0.0123456789abcdef'), 'n0');
});

test('what cannot have come about is no configuration', (t) => {
  const good = firstConfiguration(ALL.slice(0, 3));
  t.true(isConfiguration(good));
  for (const wrong of [
    { ...good, epoch: 0 },
    { ...good, acceptors: [] },
    { ...good, acceptors: ALL.slice(0, 7) },
    { ...good, acceptors: [ALL[0]!, ALL[0]!] },
    { ...good, acceptors: ['n0'] },
  ])
    t.false(isConfiguration(wrong));
});
