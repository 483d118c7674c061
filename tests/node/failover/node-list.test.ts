import test from 'ava';
import type { DurableEntry } from '#kernel/durable-list.ts';
import { NodeList } from '#node/failover/node-list.ts';
import { decodePage, pageKey } from '#node/failover/page-format.ts';
import { Takeover } from '#node/failover/takeover.ts';
import { SharedRegisters } from '#tests/support/kernel-cluster.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

const entryOf = (at: number): DurableEntry => ({
  tenant: 'default',
  name: `${'n'.repeat(100)}-${at}`,
  restarts: at % 3,
});

/** Registers that count and may fail their swaps. */
class Counted extends SharedRegisters {
  swaps = 0;
  failAt = Infinity;

  override async swap(...asked: Parameters<SharedRegisters['swap']>) {
    this.swaps += 1;
    if (this.swaps >= this.failAt) throw new Error('no quorum');
    return super.swap(...asked);
  }
}

interface World {
  readonly registers: Counted;
  readonly clock: ManualClock;
  /** Lives that are over. */
  readonly over: Set<string>;
  readonly orphans: DurableEntry[];
  list(node: string, incarnation: number): NodeList;
  takeover(node: string, list: NodeList): Takeover;
  kept(node: string): Promise<readonly DurableEntry[]>;
}

function world(): World {
  const registers = new Counted();
  const clock = new ManualClock();
  const over = new Set<string>();
  const orphans: DurableEntry[] = [];
  return {
    registers,
    clock,
    over,
    orphans,
    list: (node, incarnation) =>
      new NodeList(
        { registers, clock, logger: quiet },
        { node, incarnation, onOrphans: (entries) => orphans.push(...entries) },
      ),
    takeover: (node, list) =>
      new Takeover(
        {
          registers,
          isOver: (...life) => over.has(life.join('/')),
          keep: async (entries) => {
            await Promise.all(entries.map((entry) => list.add(entry, '')));
          },
        },
        { node, incarnation: 1 },
      ),
    async kept(node) {
      const first = (await registers.read(pageKey(node, 0))).value;
      const pages = first ? Math.max(1, decodePage(first).pages) : 0;
      const all: DurableEntry[] = [];
      for (let page = 0; page < pages; page += 1) {
        const { value } = await registers.read(pageKey(node, page));
        all.push(...(value ? decodePage(value).entries : []));
      }
      return all;
    },
  };
}

const names = (entries: readonly DurableEntry[]): string[] =>
  entries.map(({ name }) => name).toSorted();
const MANY = Array.from({ length: 1_000 }, (_, at) => entryOf(at));

test('a thousand that are noted at the same time cost a few writes, over several pages', async (t) => {
  const { registers, list, kept } = world();
  const one = list('a', 1);
  await Promise.all(MANY.map((entry) => one.add(entry, entry.name)));
  t.deepEqual(names(await kept('a')), names(MANY));
  t.true(registers.swaps <= 20, `${registers.swaps} writes`);
  for (let page = 0; page < 3; page += 1) {
    const { value } = await registers.read(pageKey('a', page));
    t.true(value!.length > 10_000 && value!.length < 64 * 1_024);
  }
});

test('what is over goes from the list, unless another vTask has its name by then', async (t) => {
  const { clock, list, kept } = world();
  const one = list('a', 1);
  for (const vtid of ['first', 'second']) await one.add(entryOf(0), vtid);
  await one.add(entryOf(1), 'third');
  one.remove('default', entryOf(0).name, 'first');
  one.remove('default', entryOf(1).name, 'third');
  await clock.advance(2_000);
  t.deepEqual(names(await kept('a')), [entryOf(0).name]);
  one.count({ ...entryOf(0), restarts: 4 });
  await clock.advance(2_000);
  t.is((await kept('a'))[0]!.restarts, 4);
});

test('the list of a lost node is on that of one other, all its pages, and the lost one writes it no more', async (t) => {
  const { over, list, takeover, kept } = world();
  const lost = list('a', 1);
  await Promise.all(MANY.map((entry) => lost.add(entry, entry.name)));
  const lists = ['b', 'c'].map((node) => list(node, 1));
  const takeovers = lists.map((each, at) => takeover('bc'[at]!, each));
  t.is((await takeovers[0]!.of('a')).tag, 'nothing', 'it lives');
  over.add('a/1');
  const taken = await Promise.all(takeovers.map((each) => each.of('a')));
  t.deepEqual(taken.map(({ tag }) => tag).toSorted(), ['others', 'taken']);
  const winner = taken[0]!.tag === 'taken' ? 'b' : 'c';
  t.deepEqual(names(await kept(winner)), names(MANY));
  t.deepEqual(await kept('a'), []);
  t.is((await takeovers[0]!.of('a')).tag, 'nothing');
  await t.throwsAsync(lost.add(entryOf(2_000), 'late'), { code: 'unreachable' });
  await t.throwsAsync(lost.add(entryOf(2_001), 'later'), { code: 'unreachable' });
  t.deepEqual(await kept('a'), []);
});

test('wherever whoever takes over dies, another one has all of it, or finds it on the list of the dead one', async (t) => {
  for (let failAt = 1; failAt < 60; failAt += 1) {
    const { registers, over, list, takeover, kept } = world();
    const lost = list('a', 1);
    await Promise.all(MANY.map((entry) => lost.add(entry, entry.name)));
    over.add('a/1');
    registers.failAt = registers.swaps + failAt;
    const died = await takeover('b', list('b', 1))
      .of('a')
      .then(
        () => false,
        () => true,
      );
    registers.failAt = Infinity;
    over.add('b/1');
    const heir = takeover('c', list('c', 1));
    const taken = [await heir.of('a'), await heir.of('b')].flatMap((each) =>
      each.tag === 'taken' ? names(each.entries) : [],
    );
    t.deepEqual([...new Set(taken)].toSorted(), names(MANY), `at write ${failAt}`);
    t.deepEqual(names(await kept('c')), names(MANY), `at write ${failAt}`);
    if (!died) return;
  }
  t.fail('it always died');
});

test('who does not hear that the list of the dead one was emptied has taken it over all the same', async (t) => {
  const { registers, over, list, takeover, kept } = world();
  const lost = list('a', 1);
  await Promise.all(MANY.map((entry) => lost.add(entry, entry.name)));
  over.add('a/1');
  const { swap } = registers;
  let isLost = false;
  registers.swap = async (...asked) => {
    const after = await swap.apply(registers, asked);
    if (isLost || names(await kept('a')).length > 0) return after;
    isLost = true;
    throw new Error('the answer was lost');
  };
  const taker = takeover('b', list('b', 1));
  await t.throwsAsync(taker.of('a'), { message: 'the answer was lost' });
  const taken = await taker.of('a');
  t.deepEqual(taken.tag === 'taken' && names(taken.entries), names(MANY));
  t.is((await taker.of('a')).tag, 'nothing');
});

test('a later life of a node has what the earlier one left, though another was about to take it', async (t) => {
  const { registers, over, orphans, list, takeover, kept } = world();
  const lost = list('a', 1);
  await Promise.all(MANY.map((entry) => lost.add(entry, entry.name)));
  over.add('a/1');
  registers.failAt = registers.swaps + 2; // it has claimed the list, and no more
  await t.throwsAsync(takeover('b', list('b', 1)).of('a'));
  registers.failAt = Infinity;
  const later = list('a', 2);
  await later.add(entryOf(2_000), 'own');
  t.deepEqual(names(orphans), names(MANY));
  t.deepEqual(names(await kept('a')), names([...MANY, entryOf(2_000)]));
  await t.throwsAsync(lost.add(entryOf(3_000), 'late'), { code: 'unreachable' });
  t.is((await takeover('b', list('b', 1)).of('a')).tag, 'nothing');
});

test('a write of which nobody knows whether it was made is made once', async (t) => {
  const { registers, list, kept } = world();
  const one = list('a', 1);
  await one.add(entryOf(0), 'first');
  const { swap } = registers;
  let lost = true;
  registers.swap = async (...asked) => {
    const after = await swap.apply(registers, asked);
    if (!lost) return after;
    lost = false;
    throw new Error('the answer was lost');
  };
  await t.throwsAsync(one.add(entryOf(1), 'second'));
  await one.add(entryOf(2), 'third');
  t.deepEqual(names(await kept('a')), names([0, 1, 2].map(entryOf)));
});
