// Loaded by AVA in the thread of each file of tests: notes when that begins and ends, for tests/run.js.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const { TEST_SPANS: spans } = process.env;
if (spans !== undefined) {
  const file = relative(process.cwd(), fileURLToPath(test.meta.file));
  const note = (what) => appendFileSync(spans, `${what}\t${file}\t${Date.now()}\n`);
  note('begin');
  process.once('exit', () => note('end'));
}
