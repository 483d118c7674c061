import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { imageHash, inspect } from '#wasm-abi/inspect.ts';
import { test } from '../in-cache-folder.ts';

/** Builds a guest of this text, with more files beside it. */
async function build(
  options: { cacheDir: string },
  text: string,
  more: Record<string, string> = {},
  wit?: string,
): Promise<Uint8Array> {
  for (const [name, content] of Object.entries({ 'main.ts': text, ...more })) {
    await writeFile(join(options.cacheDir, name), content);
  }
  return buildTypescriptGuest(
    { entry: join(options.cacheDir, 'main.ts'), ...(wit !== undefined && { wit, world: 'user' }) },
    options,
  );
}

const PROGRAM = 'export const program = { run(cmd: string[]): number { return cmd.length; } };';

test('a guest imports what it uses and nothing else', async (t) => {
  const { imports, exports } = inspect(await build(t.context, PROGRAM));
  t.deepEqual(imports, []);
  t.true(exports.includes('posiv:kernel/program@0.1.0'));
});

test('a module with run is built on the SDK', async (t) => {
  const image = await build(
    t.context,
    "import { print } from 'vstar'; export function run(): void { print('hello'); }",
  );
  const { importedFunctions, exports } = inspect(image);
  t.true(importedFunctions.includes('posiv:kernel/log@0.1.0#write'));
  t.true(exports.includes('posiv:kernel/handlers@0.1.0'));
});

test('a guest may be in several modules', async (t) => {
  const text =
    "import { size } from './size.ts'; export const program = { run: (cmd: string[]) => size(cmd) };";
  const size =
    'export const size = (cmd: readonly string[]): number => cmd.length satisfies number;';
  t.is(inspect(await build(t.context, text, { 'size.ts': size })).kind, 'component');
});

test('the same sources are built once, and anew when one has changed', async (t) => {
  const text = "import { n } from './n.ts'; export const program = { run: () => n };";
  const first = await build(t.context, text, { 'n.ts': 'export const n = 1;' });
  const again = await build(t.context, text, { 'n.ts': 'export const n = 1;' });
  t.is(imageHash(again), imageHash(first));
  const changed = await build(t.context, text, { 'n.ts': 'export const n = 2;' });
  t.not(imageHash(changed), imageHash(first));
  t.deepEqual(t.context.steps, ['bundle', 'componentize', 'bundle', 'bundle', 'componentize']);
});

test('a world of the user is met', async (t) => {
  const wit =
    'package acme:shop;\ninterface prices { price: func(of: string) -> u32; }\nworld user { export prices; }';
  const text = 'export const prices = { price: (of: string): number => of.length };';
  t.true(inspect(await build(t.context, text, {}, wit)).exports.includes('acme:shop/prices'));
});

for (const [what, text, message] of [
  ['a syntax error', 'export const = 1;', /main\.ts/],
  ['a module that is not there', "import './missing.ts';", /missing\.ts/],
  [
    'a module of Node',
    "import 'node:fs'; export const program = {};",
    /node:fs is imported: a vTask has no modules of Node/,
  ],
  [
    'a failure at its top level',
    `[1].forEach(() => { throw new Error('at the top'); });${PROGRAM}`,
    /at the top/,
  ],
  [
    'an interface that is not there',
    "import { x } from 'posiv:nothing/at-all@0.1.0'; export const program = { run: () => x };",
    /posiv:nothing/,
  ],
] as const) {
  test(`${what} is told with the tool's message`, async (t) => {
    const error = await t.throwsAsync(build(t.context, text), { code: 'build-failed' });
    t.regex((error as unknown as { messages: string }).messages, message);
  });
}

test('a world that the WIT does not have is told', async (t) => {
  const wit = 'package acme:shop;\nworld other {}';
  await t.throwsAsync(build(t.context, PROGRAM, {}, wit), {
    code: 'build-failed',
    message: /user/,
  });
});
