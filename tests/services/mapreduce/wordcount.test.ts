import test from 'ava';
import fc from 'fast-check';
import { coreModule } from './support/images.ts';
import { referenceCount } from './support/reference-count.ts';
import { TestCloud } from './support/test-cloud.ts';
import { mobyDick, randomBytes } from './support/texts.ts';

const images = new Map<string, WebAssembly.Module>();

test.before('the images are built', async () => {
  images.set('map', await coreModule('wordcount-map'));
  images.set('reduce', await coreModule('wordcount-reduce'));
});

async function count(
  inputs: Uint8Array[],
  fields: Record<string, unknown>,
): Promise<{ output: string; cloud: TestCloud }> {
  const cloud = new TestCloud(images, 3, () => undefined);
  const job = await cloud.run(inputs, fields);
  if (job.error) throw job.error;
  return { output: Buffer.from(cloud.output ?? []).toString('latin1'), cloud };
}

function expected(...inputs: Uint8Array[]): string {
  const separated = inputs.flatMap((bytes) => [bytes, Buffer.from('\n')]);
  return Buffer.from(referenceCount(Buffer.concat(separated))).toString('latin1');
}

for (const [name, fields] of Object.entries({
  'with the defaults': {},
  'in splits that cut words': { splitSize: 10_007, maps: 12, reduces: 4 },
  'with a single reduce': { reduces: 1 },
  'in a table that spills all the time': { budget: 20_000, reduces: 3 },
})) {
  test(`the words of Moby Dick are counted as the reference does, ${name}`, async (t) => {
    const text = mobyDick();
    t.is((await count([text], fields)).output, expected(text));
  });
}

const AWKWARD: Record<string, Uint8Array> = {
  'an empty file': new Uint8Array(),
  'separators only': Buffer.from(' \t\n\r\f'.repeat(1_000)),
  'a file without a separator': Buffer.from('x'.repeat(3_000)),
  'a file without a trailing newline': Buffer.from('one two\nthree'),
  'vertical tabs and no-break spaces, which part no words': Buffer.from('a\vb c\u00a0d \0 e'),
  'invalid UTF-8': Buffer.from(
    'ff fe c3 28 20 a0 c3 20 f0 28 8c bc 0a ff fe'.replaceAll(' ', ''),
    'hex',
  ),
  'random bytes': randomBytes(300_000, 7),
};

for (const [name, bytes] of Object.entries(AWKWARD)) {
  test(`${name}: each byte that is no separator belongs to a word`, async (t) => {
    t.is((await count([bytes], { splitSize: 1_000 })).output, expected(bytes));
    t.is((await count([bytes], { splitSize: 4_096, budget: 2_000 })).output, expected(bytes));
  });
}

test('a word of 5 MB is counted once, however many splits it covers', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('before '),
    Buffer.alloc(5_000_000, 'w'),
    Buffer.from(' after'),
  ]);
  t.is((await count([bytes], { splitSize: 1 << 20 })).output, expected(bytes));
  t.is((await count([bytes], { splitSize: 300_000, budget: 10_000 })).output, expected(bytes));
});

test('words of many inputs are counted together, and one does not run on into the next', async (t) => {
  const inputs = ['a b', 'b', '', 'c a\n'].map((text) => Buffer.from(text));
  t.is((await count(inputs, { splitSize: 1 })).output, 'a\t2\nb\t2\nc\t1\n');
});

test('any text in splits of any size gives the words that the reference counts', async (t) => {
  const letter = fc.constantFrom(
    ' ',
    '\n',
    '\t',
    'a',
    'b',
    'ab',
    'abcdefgh',
    'x'.repeat(17),
    '\0',
    '\xff',
  );
  const job = fc.record({
    text: fc.array(letter, { maxLength: 80 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    splitSize: fc.integer({ min: 1, max: 100 }),
    reduces: fc.integer({ min: 1, max: 4 }),
    budget: fc.constantFrom(1_024, 1 << 20),
  });
  await fc.assert(
    fc.asyncProperty(job, async ({ text, ...fields }) => {
      t.is((await count([text], fields)).output, expected(text));
    }),
    { numRuns: 150 },
  );
});

test('a map vTask reads whole chunks of the store wherever its split allows', async (t) => {
  const { cloud } = await count([mobyDick()], { splitSize: 2 << 20 });
  const input = cloud.vstore.reads.filter(({ blob }) => blob === 'blob-1');
  const whole = input.filter(({ offset, size }) => offset % (1 << 20) === 0 && size === 1 << 20);
  t.is(whole.length, Math.floor(mobyDick().length / (1 << 20)));
});
