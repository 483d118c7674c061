import { readFile } from 'node:fs/promises';
import test from 'ava';

const SOURCES = [
  'cli/errors.ts',
  'kernel/cell/errors.ts',
  'kernel/errors.ts',
  'kernel/lane/task-errors.ts',
  'node/errors.ts',
  'p2p/credentials/errors.ts',
  'p2p/errors.ts',
  'p2p/membership/errors.ts',
  'p2p/registers/errors.ts',
  'p2p/relay/errors.ts',
  'posiv-wit/codec/errors.ts',
  'services/machine/errors.ts',
  'services/vstore/errors.ts',
  'wasm-abi/errors.ts',
];

async function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The codes that a source gives to its errors. */
function codesOf(source: string): string[] {
  const types = [...source.matchAll(/readonly code(?::\s*([^=;]+))?\s*=?\s*('[a-z-]+')?/g)];
  return types.flatMap(([whole]) => [...whole.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code!));
}

test('docs/errors.md has every code of every error class', async (t) => {
  const page = await read('docs/errors.md');
  for (const path of SOURCES) {
    const codes = codesOf(await read(path));
    t.true(codes.length > 0, path);
    for (const code of codes) t.true(page.includes(`\`${code}\``), `${code} of ${path}`);
  }
});

test('docs/errors.md has every case of the error variants of POSIV', async (t) => {
  const page = await read('docs/errors.md');
  for (const [path, variant] of [
    ['kernel/types.wit', 'error-code'],
    ['vstore/types.wit', 'store-error'],
    ['machine/types.wit', 'machine-error'],
  ] as const) {
    const text = await read(`posiv-wit/wit/${path}`);
    const body = text.slice(text.indexOf(`variant ${variant} {`)).split('\n  }')[0]!;
    for (const [, code] of body.matchAll(/^ {4}([a-z-]+)[(,]/gm))
      t.true(page.includes(`\`${code}\``), `${code} of ${variant}`);
  }
});
