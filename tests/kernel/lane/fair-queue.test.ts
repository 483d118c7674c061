import test from 'ava';
import fc from 'fast-check';
import { FairQueue } from '#kernel/lane/fair-queue.ts';

interface Item {
  readonly sender: string;
  readonly number: number;
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), sender: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  fc.record({ do: fc.constant('remove' as const), every: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('take out' as const), sender: fc.nat(3), odd: fc.boolean() }),
);

/** As they came. */
function inOrder(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => a.number - b.number);
}

test('each item comes out once, those of one sender in order, and nobody has two turns while another waits', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new FairQueue<Item>();
      let waiting: Item[] = [];
      /** Turns of others that each has waited for. */
      const waited = new Map<string, string[]>();
      let next = 0;
      const take = (): void => {
        const seen = queue.peek();
        const item = queue.take();
        t.is(item, seen);
        if (!item) return void t.is(waiting.length, 0);
        t.deepEqual(waiting.filter(({ sender }) => sender === item.sender).slice(0, 1), [item]);
        waiting = waiting.filter((each) => each !== item);
        waited.delete(item.sender);
        for (const sender of new Set(waiting.map((each) => each.sender))) {
          const before = waited.get(sender) ?? [];
          if (sender !== item.sender && !before.includes(item.sender))
            waited.set(sender, [...before, item.sender]);
          else t.is(sender, item.sender, `${item.sender} had two turns before ${sender}`);
        }
      };
      for (const each of steps) {
        if (each.do === 'push') {
          const item = { sender: `${each.sender}`, number: (next += 1) };
          waiting.push(item);
          queue.push(item.sender, item);
        } else if (each.do === 'take') take();
        else if (each.do === 'take out') {
          const isIt = ({ sender, number }: Item): boolean =>
            sender === `${each.sender}` && number % 2 === Number(each.odd);
          const first = waiting.find(isIt);
          t.is(queue.takeOut(`${each.sender}`, isIt), first);
          waiting = waiting.filter((item) => item !== first);
          waited.clear();
        } else {
          const isOut = ({ number }: Item): boolean => number % each.every === 0;
          const out = queue.remove(isOut);
          t.deepEqual(inOrder(out), waiting.filter(isOut));
          waiting = waiting.filter((item) => !isOut(item));
          waited.clear();
        }
        t.is(queue.size, waiting.length);
        t.deepEqual(inOrder([...queue]), waiting);
      }
      while (queue.size > 0) take();
      t.deepEqual(waiting, []);
    }),
  );
});
