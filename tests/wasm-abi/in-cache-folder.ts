import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';

/** Tests each of which has a cache of its own, and is told of each step of what is built into it. */
export const test = anyTest as TestFn<{
  cacheDir: string;
  steps: string[];
  onProgress: (step: string) => void;
}>;

test.beforeEach(async (t) => {
  const steps: string[] = [];
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.context = { cacheDir, steps, onProgress: (step) => void steps.push(step) };
});

test.afterEach.always((t) => rm(t.context.cacheDir, { recursive: true, force: true }));
