import test from 'ava';
import type { Entry } from '#kernel/lane/entry.ts';
import { LocalWatches } from '#kernel/lane/local-watches.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { Notice } from '#posiv-wit/generated/kernel.ts';

/** As much of a vTask as watches are about. */
function vtask(vtid: string) {
  const heard: number[] = [];
  const over: string[] = [];
  const task = {
    vtid,
    watches: 0,
    localWatches: undefined,
    notice: ({ watch }: Notice) => heard.push(watch),
    watchOver: () => over.push(vtid),
  } as unknown as Task;
  const entry = { task, state: 'running', watches: [] } as unknown as Entry;
  return { task, entry, heard, over };
}

test('whatever is taken back in whatever order, who is left hears, once, and nobody else', (t) => {
  const watches = new LocalWatches();
  const [one, two] = [vtask('one'), vtask('two')];
  const targets = [vtask('x'), vtask('y')];
  const ids = Array.from({ length: 60 }, (_, at) =>
    watches.add((at % 3 === 0 ? two : one).task, targets[at % 2]!.entry, 'die'),
  );
  const removed = ids.filter((_, at) => at % 3 !== 0 && at % 5 === 0).toReversed();
  for (const id of removed) t.true(watches.remove(one.task, id));
  t.false(watches.remove(one.task, removed[0]!), 'it has none such any more');
  watches.ended(two.entry, { tag: 'exited', val: 0 });
  for (const { entry } of targets) watches.ended(entry, { tag: 'killed' });
  const left = ids.filter((id, at) => at % 3 !== 0 && !removed.includes(id));
  t.true(left.every((id) => one.heard.includes(id)));
  t.is(one.heard.length, left.length);
  t.deepEqual(two.heard, []);
  t.deepEqual(one.task.localWatches, []);
});

test('to end one that watches another costs as much for each of its watches however many there are', (t) => {
  const watches = new LocalWatches();
  const target = vtask('target');
  let looks = 0;
  // What is on the target is looked at by its places.
  const seen = new Proxy(target.entry.watches, {
    get(all, key) {
      looks += 1;
      return Reflect.get(all, key) as unknown;
    },
  });
  const entry = { ...target.entry, watches: seen };
  const watcher = vtask('watcher');
  for (let at = 0; at < 2_000; at += 1) watches.add(watcher.task, entry, 'die');
  looks = 0;
  watches.ended(watcher.entry, { tag: 'exited', val: 0 });
  t.is(target.entry.watches.length, 0);
  t.true(looks <= 20 * 2_000, `${looks} looks`);
});
