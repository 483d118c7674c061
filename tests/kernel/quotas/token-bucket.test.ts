import test from 'ava';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';

test('a tenth of a second goes at once, and then each waits for its own', (t) => {
  const bucket = new TokenBucket(100, 1, 0);
  for (let n = 0; n < 10; n += 1) t.is(bucket.take(1, 0), 0);
  t.is(bucket.take(1, 0), 10);
  t.is(bucket.take(1, 0), 20);
});

test('on average its rate is kept, and what was not used is not saved up', (t) => {
  const bucket = new TokenBucket(1_000, 1, 0);
  let now = 3_600_000; // an hour of silence
  let sent = 0;
  const until = now + 10_000;
  while (now < until) {
    now += bucket.take(1, now) + 0.01;
    sent += 1;
  }
  t.true(sent <= 10_000 + 100 + 1, `${sent} in ten seconds`);
  t.true(sent >= 9_900, `${sent} in ten seconds`);
});

test('what is given back is there for the next', (t) => {
  const bucket = new TokenBucket(10, 1, 0);
  bucket.take(1, 0);
  t.is(bucket.take(1, 0), 100);
  bucket.giveBack(1);
  t.is(bucket.take(1, 0), 100);
});

test('another rate holds from then on', (t) => {
  const bucket = new TokenBucket(10, 1, 0);
  bucket.take(1, 0);
  bucket.adjust(1_000, 0);
  t.is(bucket.take(1, 0), 1);
});
