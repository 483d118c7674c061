import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';

test('an engine that is asked to begin a collection says that it does, and gives back what nobody keeps', async (t) => {
  prepareEngine();
  const thread = new Worker(new URL('collected-thread.ts', import.meta.url));
  const [seen] = (await once(thread, 'message')) as [unknown];
  await thread.terminate();
  t.deepEqual(seen, { heard: ['begun', 'done'], gone: 20 });
});
