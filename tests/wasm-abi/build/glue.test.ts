import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import test from 'ava';
import { processSettings } from '#node/process-settings.ts';
import { glueCode } from '#wasm-abi/build/glue.ts';
import { entryPath, readEntry } from '#wasm-abi/cache-entry.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import type { Preparation } from '#wasm-abi/prepared.ts';
import { takesOver } from '#tests/support/takes-over.ts';
import { wasi2Guest } from '../wasi/guests.ts';

const MODULE = `export function instantiate(getCoreModule, imports) {
  return getCoreModule('one') + imports;
};

const _util = {
}
`;

/** The script that a lane makes of it. */
function scriptOf({ source, compiled }: { source: Uint8Array; compiled: Uint8Array }): Script {
  return new Script(new TextDecoder().decode(source), { cachedData: compiled });
}

test('an engine with the flags of one with lanes takes over what a build has compiled of a component', async (t) => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-glue-'));
  t.teardown(() => rm(cacheDir, { recursive: true, force: true }));
  const { key } = await prepareImage(await wasi2Guest('output'), { cacheDir });
  const { meta } = (await readEntry<Preparation>(cacheDir, key))!;
  const { source, compiled } = meta.glue!;
  const folder = entryPath(cacheDir, key);
  const files = [join(folder, source), join(folder, compiled)] as const;
  t.true(await takesOver(files, processSettings(cacheDir).execArgv));
  t.false(await takesOver(files, []), 'it has others');
  const [text, code] = await Promise.all(files.map((file) => readFile(file)));
  t.true(code!.length > text!.length / 4, 'with the function that does the linking');
});

test('the function of a module is compiled with it, and does the same', (t) => {
  const code = glueCode(MODULE);
  t.regex(new TextDecoder().decode(code.source), /instantiate = \(function instantiate\(/);
  const instantiate = scriptOf(code).runInThisContext() as (
    get: (file: string) => string,
    imports: string,
  ) => string;
  t.is(
    instantiate((file) => file, ' two'),
    'one two',
  );
});

test('where more or less of its lowerings goes than was meant, a module keeps them', (t) => {
  const lowering = `  const _trampoline0 = function () {
    if (imports) {
  }
    return 'own';
  }
  let trampoline0 = _trampoline0.bind(
  null,
  );
  if (imports[symbolCabiLower]) {
    trampoline0 = 1;
  }
`;
  const { source } = glueCode(MODULE.replace('  return get', `${lowering}  return get`));
  t.regex(new TextDecoder().decode(source), /return 'own'/);
});

test('a module that ends otherwise is taken as it is, and what is none is refused', (t) => {
  const other = MODULE.replace('};', '}');
  const { source } = glueCode(other);
  t.regex(new TextDecoder().decode(source), /\nfunction instantiate\(/);
  t.throws(() => glueCode('export function {'), { code: 'build-failed' });
});
