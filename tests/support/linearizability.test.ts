import test from 'ava';
import { pathsThatDisagree, type PathEntry } from '#tests/simulation/checks/paths.ts';
import { seededRandom } from '#tests/simulation/world/seeded-random.ts';
import { isLinearizable } from './linearizability.ts';

const PATH = '/path';
const BLOBS = ['one', 'two'];

type Operation = PathEntry['operation'];

/** A few reads and writes at about the same time, with answers of which many cannot have been. */
function historyOf(random: () => number): PathEntry[] {
  const upTo = (most: number): number => Math.floor(random() * most);
  return Array.from({ length: 2 + upTo(4) }, () => {
    const unknown = upTo(3) === 0;
    const call = upTo(6);
    const operations: readonly Operation[] = [
      { kind: 'put', blob: BLOBS[upTo(2)]! },
      { kind: 'delete', found: unknown ? undefined : upTo(2) === 0 },
      { kind: 'get', blob: [...BLOBS, undefined][upTo(3)] },
    ];
    const operation = operations[upTo(unknown ? 2 : 3)]!;
    return { path: PATH, call, answered: unknown ? Infinity : call + upTo(5), operation };
  });
}

/** Tries each order of each choice of those that may never have happened. */
function isPossible(left: readonly PathEntry[], state: string | undefined): boolean {
  if (left.every(({ answered }) => answered === Infinity)) return true;
  const firstAnswer = Math.min(...left.map(({ answered }) => answered));
  return left.some((entry) => {
    if (entry.call > firstAnswer) return false;
    const { operation } = entry;
    if (operation.kind === 'get' && operation.blob !== state) return false;
    if (
      operation.kind === 'delete' &&
      (operation.found ?? state !== undefined) !== (state !== undefined)
    )
      return false;
    const next = {
      put: () => (operation as { blob: string }).blob,
      delete: () => undefined,
      get: () => state,
    };
    return isPossible(
      left.filter((each) => each !== entry),
      next[operation.kind](),
    );
  });
}

test('histories of a path are judged as by trying every order', (t) => {
  const random = seededRandom(1, 'histories of a path');
  const verdicts = { possible: 0, impossible: 0 };
  for (let index = 0; index < 20_000; index += 1) {
    const history = historyOf(() => random.next());
    const possible = isPossible(history, undefined);
    verdicts[possible ? 'possible' : 'impossible'] += 1;
    t.is(pathsThatDisagree(history).length === 0, possible, JSON.stringify(history));
  }
  t.true(verdicts.possible > 2_000 && verdicts.impossible > 2_000, JSON.stringify(verdicts));
});

test('many of which nobody knows whether they had an effect take no search of all their orders', (t) => {
  const put = (at: number): PathEntry => ({
    path: PATH,
    call: 0,
    answered: Infinity,
    operation: { kind: 'put', blob: `blob ${at}` },
  });
  const nobodyPutIt: PathEntry = {
    path: PATH,
    call: 1,
    answered: 2,
    operation: { kind: 'get', blob: 'other' },
  };
  const unknown = Array.from({ length: 40 }, (_, at) => put(at));
  let looks = 0;
  const model = {
    initial: '',
    overwrites: true,
    applied(state: string, { operation }: PathEntry) {
      looks += 1;
      if (operation.kind === 'put') return operation.blob;
      return operation.kind === 'get' && operation.blob === state ? state : undefined;
    },
    isRead: ({ operation }: PathEntry) => operation.kind === 'get',
    nameOf: (state: string) => state,
  };
  t.false(isLinearizable([...unknown, nobodyPutIt], model));
  t.true(looks < 1_000, `${looks} looks`);
});
