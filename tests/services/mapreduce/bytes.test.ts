import test from 'ava';
import { functionNamed } from '#posiv-wit/functions.ts';
import { lifted } from '../../posiv-wit/direct-calls.ts';
import { CoreTask } from './support/core-task.ts';
import { coreModule } from './support/images.ts';
import { MemoryVStore } from './support/memory-vstore.ts';
import { TestCloud } from './support/test-cloud.ts';
import { mobyDick } from './support/texts.ts';

const images = new Map<string, WebAssembly.Module>();

test.before('the images are built', async () => {
  images.set('longest-line', await coreModule('wordcount-map', 'longest-line.c'));
  images.set('all-lines', await coreModule('wordcount-map', 'all-lines.c'));
  images.set('longest-value', await coreModule('wordcount-reduce', 'longest-value.c'));
  images.set('count-values', await coreModule('wordcount-reduce', 'count-values.c'));
  images.set('wordcount-map', await coreModule('wordcount-map'));
  images.set('wordcount-reduce', await coreModule('wordcount-reduce'));
});

const text = mobyDick().subarray(0, 400_000);
const lines = Map.groupBy(
  Buffer.from(text)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== ''),
  (line) => line.charAt(0),
);
const letters = [...lines.keys()].toSorted();

function longest(of: readonly string[]): string {
  return of.reduce((best, line) =>
    line.length > best.length || (line.length === best.length && line > best) ? line : best,
  );
}

for (const [name, budget] of Object.entries({ 'that fits': 64 << 20, 'that spills': 20_000 })) {
  for (const mapper of ['longest-line', 'all-lines']) {
    test(`values of bytes from ${mapper} in a table ${name} all reach the reducer`, async (t) => {
      const cloud = new TestCloud(images, 2, () => undefined);
      const fields = { mapper, reducer: 'longest-value', budget, splitSize: 30_000, reduces: 3 };
      const job = await cloud.run([text], fields);
      t.is(job.error, undefined);
      const expected = letters.map((letter) => `${longest(lines.get(letter) ?? [])}\n`).join('');
      t.is(Buffer.from(cloud.output ?? []).toString('latin1'), expected);
    });
  }
}

test('without a combiner a key has as many values as were emitted', async (t) => {
  const cloud = new TestCloud(images, 2, () => undefined);
  const fields = {
    mapper: 'all-lines',
    reducer: 'count-values',
    budget: 20_000,
    splitSize: 30_000,
  };
  await cloud.run([text], fields);
  const expected = letters.map((letter) => `${letter}${lines.get(letter)?.length}\n`).join('');
  t.is(Buffer.from(cloud.output ?? []).toString('latin1'), expected);
});

/** Calls a function that an image exports beside its runtime. */
function call(image: string, name: string, ...params: unknown[]): unknown {
  const module = images.get(image);
  if (!module) throw new Error(`no image ${image}`);
  const { exports, abi } = new CoreTask(module, new MemoryVStore(), []);
  const entry = exports[`posiv:mapreduce/${name}`] as never;
  return lifted(functionNamed(`posiv:mapreduce/${name}`)!, entry, abi)(...params);
}

test('an image can be asked for its separators, its pairs, its sums and its lines without a job', (t) => {
  const bytes = (each: string): Uint8Array => new TextEncoder().encode(each);
  const number = (value: number): Uint8Array =>
    new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
  t.deepEqual(call('wordcount-map', 'mapper@0.1.0#separators'), bytes(' \t\n\f\r'));
  const pairs = call('wordcount-map', 'mapper@0.1.0#map', bytes('to be or not to be ')) as {
    ok: boolean;
    value: { key: Uint8Array; value: Uint8Array }[];
  };
  const counts = pairs.value.map(({ key, value }) => [Buffer.from(key).toString(), value[0]]);
  t.deepEqual(Object.fromEntries(counts), { be: 2, not: 1, or: 1, to: 2 });
  const values = [number(2), number(40)];
  t.deepEqual(call('wordcount-map', 'combiner@0.1.0#combine', bytes('be'), values), {
    ok: true,
    value: number(42),
  });
  t.deepEqual(call('wordcount-reduce', 'reducer@0.1.0#reduce', bytes('be'), values), {
    ok: true,
    value: bytes('be\t42\n'),
  });
});
