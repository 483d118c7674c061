import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import anyTest, { type TestFn } from 'ava';
import { ownBundle } from '#wasm-abi/build/own-bundle.ts';
import { runCompiled } from '#wasm-abi/compiled-script.ts';

const test = anyTest as TestFn<{ folder: string; source: string; cacheDir: string }>;

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bundle-test-'));
  const source = join(folder, 'source');
  await mkdir(source);
  t.context = { folder, source, cacheDir: join(folder, 'cache') };
});

test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

/** Joins a module of this text. @returns the path of what came of it */
async function joined(
  { source, cacheDir }: { source: string; cacheDir: string },
  text: string,
): Promise<string> {
  const entry = join(source, 'main.ts');
  await writeFile(entry, text);
  const folder = await ownBundle({ entries: { main: entry }, sources: [source] }, cacheDir);
  return join(folder, 'main.mjs');
}

test('what is joined finds what it looks for where its source is', async (t) => {
  const path = await joined(t.context, 'export const url: string = import.meta.url;');
  const { url } = (await import(pathToFileURL(path).href)) as { url: string };
  t.is(url, pathToFileURL(join(t.context.source, 'main.ts')).href);
});

test('a module that asks otherwise where it is cannot be joined', async (t) => {
  const asked = joined(t.context, "export const path = import.meta.resolve('node:fs');");
  await t.throwsAsync(asked, { code: 'build-failed', message: /import\.meta\.resolve/ });
});

test('texts of any characters stay what they are in a file of ASCII', async (t) => {
  const text = 'naïve – 🚀';
  const path = await joined(t.context, `export const text = '${text}', like = /^\\w+ [–🚀]/u;`);
  t.regex(await readFile(path, 'latin1'), /^[\0-\x7f]+$/);
  const module = (await import(pathToFileURL(path).href)) as { text: string; like: RegExp };
  t.is(module.text, text);
  t.true(module.like.test('way 🚀'));
});

test('it is joined anew once a source has changed, also one that has the length and the time that it had', async (t) => {
  const { source, cacheDir } = t.context;
  const first = await joined(t.context, 'export const version = 1;');
  const entry = join(source, 'main.ts');
  const again = await ownBundle({ entries: { main: entry }, sources: [source] }, cacheDir);
  t.is(join(again, 'main.mjs'), first);
  const { atime, mtime } = await stat(entry);
  await writeFile(entry, 'export const version = 2;');
  await utimes(entry, atime, mtime);
  const changed = await ownBundle({ entries: { main: entry }, sources: [source] }, cacheDir);
  t.not(join(changed, 'main.mjs'), first);
});

test('a script is run as it was compiled, with what it imports, and with what Node has', async (t) => {
  const { source, cacheDir } = t.context;
  const entry = join(source, 'script.ts');
  await writeFile(join(source, 'other.ts'), "export const other: string = 'è';");
  const text = `import { join } from 'node:path'; import { other } from './other.ts';
    (globalThis as { said?: string }).said = join(other, 'b');`;
  await writeFile(entry, text);
  const folder = await ownBundle(
    { entries: { main: entry }, scripts: { one: entry }, sources: [source] },
    cacheDir,
  );
  runCompiled(join(folder, 'one'));
  t.is((globalThis as { said?: string }).said, join('è', 'b'));
});
