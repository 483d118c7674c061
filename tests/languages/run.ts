// Builds the program of each language with the language's own tools and runs it as a vTask would be; what tools are missing
// is said. Apart from `npm test`, since these tools do not come from npm. C and JavaScript are tested there.
import { deepStrictEqual } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { collector, command } from '#tests/wasm-abi/wasi/guests.ts';
import { EXPECTED } from './expected.ts';
import { type Language, LANGUAGES } from './languages.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/languages/', import.meta.url));

const PAGES = 4_096; // 256 MiB: CPython begins with 12 MB

async function run(image: Uint8Array): Promise<void> {
  const told = collector();
  const init = { args: ['x', 'a', 'b'], environment: [['TOWN', 'Bern']], maxPages: PAGES } as const;
  const instance = await command(image, init, told.write);
  const status = await instance.start?.();
  const { output, errors } = told;
  deepStrictEqual({ output, errors, status }, EXPECTED);
}

async function test({ name, lacks, build }: Language): Promise<boolean | undefined> {
  const missing = await lacks();
  if (missing !== undefined) {
    console.log(`not run: ${name}: install ${missing}`);
    return undefined;
  }
  try {
    const image = await build(FOLDER);
    await run(image);
    console.log(`ok ${name}: ${(image.length / 2 ** 20).toFixed(1)} MiB`);
    return true;
  } catch (error) {
    console.log(`not ok ${name}:`, error);
    return false;
  }
}

await mkdir(FOLDER, { recursive: true });
const results: (boolean | undefined)[] = [];
for (const each of LANGUAGES) results.push(await test(each));
const failed = results.filter((each) => each === false).length;
console.log(`${results.filter((each) => each === true).length} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
