import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where the classes of errors are: of a lane, which has several kinds, in `task-errors.ts`. */
const SOURCES = '{cli,kernel,node,p2p,posiv-wit,services,wasm-abi}/**/{errors,task-errors}.ts';

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
  const sources = await Array.fromAsync(glob(SOURCES, { cwd: ROOT }));
  t.true(sources.includes('kernel/errors.ts'), sources.join());
  for (const path of sources) {
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
