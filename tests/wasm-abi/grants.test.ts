import test from 'ava';
import { missingImports } from '#wasm-abi/grants.ts';
import { type ImageDescription, inspect } from '#wasm-abi/inspect.ts';
import { cGuest, wasiGuest } from './guests.ts';

function importing(...functions: string[]): ImageDescription {
  const imports = [...new Set(functions.map((name) => name.split('#', 1)[0] ?? ''))];
  const rest = { hash: '', size: 0, exports: [], memories: [], coreModules: 1 };
  return {
    kind: 'component',
    imports,
    importedFunctions: functions.filter((name) => name.includes('#')),
    ...rest,
  };
}

const stat = 'posiv:vstore/files@0.1.0#stat';

for (const grant of [
  'posiv:vstore',
  'posiv:vstore@0.1.0',
  'posiv:vstore/files',
  'posiv:vstore/files@0.1.0',
]) {
  test(`the grant ${grant} covers an interface of vStore`, (t) => {
    t.deepEqual(missingImports(importing(stat), [grant]), []);
  });
}

for (const grant of [
  'posiv',
  'posiv:vstore/blobs',
  'posiv:kernel',
  'posiv:vstore@0.2.0',
  'posiv:vstor',
]) {
  test(`the grant ${grant} does not cover it`, (t) => {
    t.deepEqual(missingImports(importing(stat), [grant]), ['posiv:vstore/files@0.1.0']);
  });
}

test('an interface of which only types are imported needs no grant', async (t) => {
  t.deepEqual(missingImports(inspect(await cGuest('rpc')), ['posiv:kernel/ipc']), []);
});

test('WASI preview 1 needs no grant', async (t) => {
  t.deepEqual(missingImports(inspect(await wasiGuest('hello')), []), []);
});

test('what nobody offers is missing whatever was granted', (t) => {
  const strange = ['posiv:vstore/files@9.0.0#stat', 'env#abort', 'wasi:http/types@0.2.0#get'];
  const granted = ['wasi:http', 'posiv:vstore', 'env'];
  t.deepEqual(missingImports(importing(...strange), granted), [
    'posiv:vstore/files@9.0.0',
    'env',
    'wasi:http/types@0.2.0',
  ]);
});
