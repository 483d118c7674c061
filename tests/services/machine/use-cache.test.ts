import test from 'ava';
import { UseCache } from '#services/machine/use-cache.ts';
import { settled } from '#tests/support/manual-clock.ts';
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

test('what nobody waits for any more is not made to the end, and who leaves last waits until it has gone', async (t) => {
  const { uses, use, made } = cache(1);
  const [first, second] = [new AbortController(), new AbortController()];
  const gone = Promise.withResolvers<void>();
  let broken: unknown;
  const endless = (signal: AbortSignal): Promise<string> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        broken = signal.reason;
        void gone.promise.then(() => reject(signal.reason as Error));
      });
    });
  const waiting = [first, second].map(({ signal }) =>
    t.throwsAsync(uses.use('a', endless, signal), { message: 'left' }),
  );
  first.abort(new Error('left'));
  await waiting[0];
  t.is(broken, undefined);
  second.abort(new Error('left'));
  let hasLeft = false;
  void waiting[1]!.then(() => (hasLeft = true));
  await settled();
  t.like(broken, { message: 'nobody waits for it any more' });
  t.false(hasLeft);
  t.is((await use('a')).value, 'a'); // whoever comes by then has it made anew
  gone.resolve();
  await waiting[1];
  t.deepEqual(made, ['a']);
});

test('what others have taken away is made anew', async (t) => {
  const there = new Set<string>();
  const isThere = async (value: string): Promise<boolean> => there.has(value);
  const uses = new UseCache<string>(quiet, { kept: 1, drop: async () => {}, isThere });
  let count = 0;
  const make = async (): Promise<string> => {
    const value = `${(count += 1)}`;
    there.add(value);
    return value;
  };
  t.is((await uses.use('a', make)).value, '1');
  t.is((await uses.use('a', make)).value, '1');
  there.delete('1');
  t.is((await uses.use('a', make)).value, '2');
});
