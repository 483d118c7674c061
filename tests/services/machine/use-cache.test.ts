import test from 'ava';
import { UseCache } from '#services/machine/use-cache.ts';
import { quiet } from '#tests/support/quiet.ts';

function cache(kept: number) {
  const dropped: string[] = [];
  const made: string[] = [];
  const uses = new UseCache<string>(quiet, {
    kept,
    drop: async (value) => void dropped.push(value),
  });
  const use = (key: string) =>
    uses.use(key, async () => {
      made.push(key);
      return key;
    });
  return { uses, use, made, dropped };
}

test('it is made once for all who use it at once, and dropped after the last of them', async (t) => {
  const { uses, use, made, dropped } = cache(0);
  const [one, other] = await Promise.all([use('a'), use('a')]);
  t.deepEqual(made, ['a']);
  one[Symbol.dispose]();
  one[Symbol.dispose](); // which is no second user
  await use('b').then((each) => each[Symbol.dispose]());
  t.is(await use('a').then(({ value }) => value), 'a');
  t.deepEqual(made, ['a', 'b']);
  other[Symbol.dispose]();
  await uses[Symbol.asyncDispose]();
  t.deepEqual(dropped, ['b', 'a']);
});

test('of what nobody uses those stay that were used last', async (t) => {
  const { uses, use, made, dropped } = cache(2);
  using held = await use('held');
  for (const key of ['a', 'b', 'a', 'c', 'd']) (await use(key))[Symbol.dispose]();
  await use('d').then((each) => each[Symbol.dispose]());
  await use('c').then((each) => each[Symbol.dispose]());
  t.deepEqual(made, ['held', 'a', 'b', 'c', 'd']);
  t.is(held.value, 'held');
  (await use('a'))[Symbol.dispose]();
  t.deepEqual(made, ['held', 'a', 'b', 'c', 'd', 'a']);
  await uses[Symbol.asyncDispose]();
  t.deepEqual(dropped.slice(0, 3), ['b', 'a', 'd']);
});

test('what could not be made is tried again by the next one', async (t) => {
  const { uses, use } = cache(1);
  const failing = (): Promise<string> => Promise.reject(new Error('no room'));
  await Promise.all(
    [1, 2].map(() => t.throwsAsync(uses.use('a', failing), { message: 'no room' })),
  );
  t.is((await use('a')).value, 'a');
});

test('what could not be taken away is told of', async (t) => {
  const warned: string[] = [];
  const logger = { ...quiet, warn: (text: string) => void warned.push(text) };
  const drop = (): Promise<void> => Promise.reject(new Error('busy'));
  const uses = new UseCache<string>(logger, { kept: 0, drop });
  (await uses.use('a', async () => 'a'))[Symbol.dispose]();
  await uses[Symbol.asyncDispose]();
  t.is(warned.length, 1);
});
