import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { discarded } from '#wasm-abi/bind/discard.ts';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';

const MIB = 1 << 20;

interface Seen {
  readonly before: number;
  readonly after: number;
  readonly steps: readonly number[];
  readonly sum: number;
}

test('a memory that is discarded goes back to the system, in small parts, without a collection', async (t) => {
  prepareEngine();
  const thread = new Worker(new URL('discarding-thread.ts', import.meta.url));
  const [{ before, after, steps, sum }] = (await once(thread, 'message')) as [Seen];
  t.true(before - after > 56 * MIB, `${(before - after) / MIB} MiB of 64`);
  t.true(
    steps.every((each) => each <= 2 * MIB),
    `${steps.join(', ')} bytes`,
  );
  t.is(sum, 0);
});

test('a thread whose engine has no way to do it is told of nothing that went back', (t) => {
  // Threads have the way or not as flags of the whole process were when they were begun.
  Reflect.defineProperty(WebAssembly, 'MemoryMapDescriptor', { value: undefined });
  t.deepEqual([...discarded([new WebAssembly.Memory({ initial: 1_024 })])], []);
});
