import test from 'ava';
import type { Body } from '#kernel/lane/body.ts';
import { Relief } from '#kernel/lane/relief.ts';
import type { Task } from '#kernel/lane/task.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';

const LEFT = 1 << 20;
const BODY = { hibernate: () => LEFT } as unknown as Body;

/** What of a service is looked at: it hibernates at the second look. */
class Service {
  ended = false;
  busy = false;
  looks = 0;

  get idle(): boolean {
    return this.looks >= 2;
  }

  look(): number {
    this.looks += 1;
    return this.looks === 2 ? LEFT : 0;
  }
}

function added(relief: Relief, image: string): Service {
  const service = new Service();
  relief.add(image, service as unknown as Task, BODY);
  return service;
}

test('those that have had nothing to do between two starts hibernate', (t) => {
  const relief = new Relief();
  const services = [added(relief, 'a'), added(relief, 'a')];
  const other = added(relief, 'b');
  t.deepEqual(
    Array.from({ length: 3 }, () => relief.before('a')),
    [0, 2 * LEFT, 0],
  );
  t.true(services.every(({ idle }) => idle));
  t.false(other.idle);
});

test('of many that are started one after the other, each busy at first, few are awake', (t) => {
  const [count, busyAtOnce] = [500, 4];
  const relief = new Relief();
  const all: Service[] = [];
  let most = 0;
  for (let at = 0; at < count; at += 1) {
    relief.before('a');
    all.push(added(relief, 'a'));
    for (const [index, service] of all.entries()) service.busy = index > at - busyAtOnce;
    most = Math.max(most, all.filter(({ idle }) => !idle).length);
  }
  t.true(most <= 3 * busyAtOnce, `${most}`);
});

test('one that hibernates by itself is not one of them', (t) => {
  const relief = new Relief();
  const [slept, awake] = [added(relief, 'a'), added(relief, 'a')];
  slept.looks = 2;
  awake.looks = 1;
  t.is(relief.before('a'), LEFT);
  t.true(awake.idle);
});

test('one that is busy is left alone', (t) => {
  const relief = new Relief();
  const busy = added(relief, 'a');
  busy.busy = true;
  t.is(relief.before('a'), 0);
  t.is(busy.looks, 0);
});

test('one that has ended is kept by nobody', async (t) => {
  const relief = new Relief();
  const ended = (() => {
    const service = added(relief, 'a');
    relief.delete(service as unknown as Task);
    return new WeakRef(service);
  })();
  await new Promise(setImmediate);
  collectGarbage();
  t.is(ended.deref(), undefined);
  t.is(relief.before('a'), 0);
});

test('one that ended while it was loaded is not kept either', (t) => {
  const relief = new Relief();
  const service = new Service();
  service.ended = true;
  relief.add('a', service as unknown as Task, BODY);
  relief.before('a');
  relief.before('a');
  t.is(service.looks, 0);
});
