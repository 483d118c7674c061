import test from 'ava';
import { MOST_OUT, OpenLoop } from './open-loop.ts';

const EVERY_MS = 2;

/** Somebody who is asked every two milliseconds and answers at once, unless he is held up. */
class Someone {
  ms = 0;
  asked = 0;
  readonly loop = new OpenLoop({ ask: () => this.#asked(), now: () => this.ms });
  #waiting: (() => void)[] = [];
  #isHeldUp = false;

  async hear(ms: number): Promise<void> {
    for (const end = this.ms + ms; this.ms < end; this.ms += EVERY_MS) {
      const over = this.loop.due();
      if (!this.#isHeldUp) await over;
    }
  }

  /** @param before called before he answers again */
  async stall(ms: number, before = (): void => undefined): Promise<void> {
    this.#isHeldUp = true;
    await this.hear(ms);
    before();
    this.#isHeldUp = false;
    for (const answer of this.#waiting.splice(0)) answer();
    await Promise.resolve().then(() => undefined); // what was asked goes on
    await new Promise(setImmediate);
  }

  #asked(): Promise<void> {
    this.asked++;
    if (!this.#isHeldUp) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

test('a stall counts for all that would have been asked in it, not once', async (t) => {
  const someone = new Someone();
  await someone.hear(400);
  await someone.stall(100);
  const samples = someone.loop.take();
  t.is(samples.length, 250);
  t.is(Math.max(...samples), 100);
  t.is(samples.filter((each) => each > 50).length, 25);
  t.deepEqual(someone.loop.take(), []);
});

test('no more are out than 64, and those that were due meanwhile count all the same', async (t) => {
  const someone = new Someone();
  await someone.stall(1_000);
  t.is(someone.asked, MOST_OUT);
  const samples = someone.loop.take().toSorted((one, other) => one - other);
  t.deepEqual(
    samples,
    Array.from({ length: 500 }, (_, at) => (at + 1) * EVERY_MS),
  );
});

test('what is out when one stops to listen has taken as long as until then', async (t) => {
  const someone = new Someone();
  await someone.hear(400);
  t.is(Math.max(...someone.loop.take()), 0);
  await someone.stall(1_000, () => {
    const samples = someone.loop.take();
    t.is(samples.length, 500);
    t.is(Math.max(...samples), 1_000);
  });
});

test('one that fails says so, and is not out any more', async (t) => {
  const failure = new Error('no');
  const loop = new OpenLoop({ ask: () => Promise.reject(failure), now: () => 0 });
  for (let at = 0; at <= MOST_OUT; at++) t.is(await t.throwsAsync(loop.due()), failure);
  t.deepEqual(loop.take(), []);
});
