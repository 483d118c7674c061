import test from 'ava';
import { afterwards } from '#services/machine/afterwards.ts';

const failing = (why: string) => async (): Promise<never> => {
  throw new Error(why);
};

test('what has to follow some work follows it, and its failure is told where the work had none', async (t) => {
  let isFollowed = false;
  const follow = async (): Promise<void> => void (isFollowed = true);
  t.is(await afterwards(async () => 'done', follow), 'done');
  t.true(isFollowed);
  await t.throwsAsync(
    afterwards(async () => 'done', failing('after it')),
    { message: 'after it' },
  );
});

test('where both fail it is what went wrong first that is told', async (t) => {
  await t.throwsAsync(afterwards(failing('first'), failing('after it')), { message: 'first' });
});
