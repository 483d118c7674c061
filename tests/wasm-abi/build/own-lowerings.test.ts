import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { withoutOwnLowerings } from '#wasm-abi/build/own-lowerings.ts';
import { readEntry } from '#wasm-abi/cache-entry.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import type { Preparation } from '#wasm-abi/prepared.ts';
import { wasi2Guest } from '../wasi/guests.ts';

test('of the lowerings of what a component imports none is left in its code', async (t) => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-lowerings-'));
  t.teardown(() => rm(cacheDir, { recursive: true, force: true }));
  const { key } = await prepareImage(await wasi2Guest('output'), { cacheDir });
  const { meta, files } = (await readEntry<Preparation>(cacheDir, key))!;
  const glue = new TextDecoder().decode(files.get(meta.glue!.source));
  t.regex(glue, /\[symbolCabiLower\]/, 'there are imports');
  t.notRegex(glue, /\b_trampoline\d/);
});

const CODE = `(function () {
  const _trampoline0 = function () {
    return 1;
  }
  _trampoline0.fnName = 'a#b';
  const _trampoline1 = function () {
    return 2;
  }
  let trampoline0 = _trampoline0.bind(
  null,
  );
  let trampoline1 = _trampoline1.bind(
  null,
  );
  if (b[symbolCabiLower]) {
    trampoline0 = b[symbolCabiLower]({});
  }
  return [trampoline0, trampoline1];
})`;

test('what no function brings a lowering for keeps its own', (t) => {
  t.is(
    withoutOwnLowerings(CODE),
    `(function () {
  const _trampoline1 = function () {
    return 2;
  }
  let trampoline0;
  let trampoline1 = _trampoline1.bind(
  null,
  );
  if (b[symbolCabiLower]) {
    trampoline0 = b[symbolCabiLower]({});
  }
  return [trampoline0, trampoline1];
})`,
  );
});

test('code that is not as it was known stays as it is', (t) => {
  const used = CODE.replace('return [', 'return [_trampoline0, ');
  t.is(withoutOwnLowerings(used), used);
  const onOneLine = CODE.replace(
    'let trampoline0 = _trampoline0.bind(\n  null,\n  );',
    'let trampoline0 = 1;',
  );
  t.is(withoutOwnLowerings(onOneLine), onOneLine, 'the next one would go with it');
});
