import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { cellCode } from '#kernel/cell/code.ts';
import { processSettings } from '#node/process-settings.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { takesOver } from '#tests/support/takes-over.ts';

/** The files of a lane: its script, and what that was compiled to. */
async function laneFiles(): Promise<[source: string, compiled: string]> {
  const folder = dirname((await cellCode(CACHE)).lane);
  return [join(folder, 'lane.js'), join(folder, 'lane.code')];
}

test('a lane has all of its code before it has a vTask: to load more would hold up those that it has', async (t) => {
  const [source] = await laneFiles();
  t.deepEqual((await readFile(source, 'utf8')).match(/\bimport\([^)]*\)/g), null);
});

test('a lane takes over all of its code as it was compiled: to compile it would hold up its vTasks', async (t) => {
  const [source, compiled] = await laneFiles();
  t.true(await takesOver([source, compiled], processSettings(CACHE).execArgv));
  const [{ length: text }, { length: code }] = [await readFile(source), await readFile(compiled)];
  t.true(code > 2 * text, `${code} bytes for ${text}: the functions of it, too`);
});
