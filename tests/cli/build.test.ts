import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'guests');

for (const template of ['typescript/template/main.ts', 'c/template/main.c']) {
  test.serial(`the template ${template} is built into an image that speaks POSIV`, async (t) => {
    t.timeout(120_000);
    await using folder = await temporaryFolder();
    const output = join(folder.path, 'out.wasm');
    const built = await vstar(['build', join(TEMPLATES, template), '-o', output]);
    t.is(built.status, 0, built.stderr);
    const { stdout } = await vstar(['inspect', '--json', output]);
    const { kind, exports } = JSON.parse(stdout) as { kind: string; exports: string[] };
    t.is(kind, 'component');
    for (const name of ['program', 'handlers'])
      t.true(exports.includes(`posiv:kernel/${name}@0.1.0`), stdout);
  });
}

test.serial('a C program with a main becomes a WASI command that runs', async (t) => {
  t.timeout(120_000);
  await using folder = await temporaryFolder();
  const [source, output] = [join(folder.path, 'four.c'), join(folder.path, 'four.wasm')];
  await writeFile(source, 'int main(void) { return 4; }\n');
  const script = 'vstar build --wasi "$0" -o "$1" && vstar run "$1"';
  const args = ['devstack', '--nodes', '1', '--', 'sh', '-c', script, source, output];
  const { status, stderr } = await startVstar(args).ended;
  t.is(status, 4, stderr);
});

test.serial(
  'what does not compile is refused with what the compiler says, and nothing is written',
  async (t) => {
    t.timeout(120_000);
    await using folder = await temporaryFolder();
    const source = join(folder.path, 'wrong.c');
    await writeFile(source, 'int main(void) { return missing; }\n');
    const { status, stderr } = await vstar([
      'build',
      '--wasi',
      source,
      '-o',
      join(folder.path, 'wrong.wasm'),
    ]);
    t.is(status, 1);
    t.regex(stderr, /undeclared identifier 'missing'[^]*\[build-failed\]/);
    t.deepEqual(await readdir(folder.path), ['wrong.c']);
  },
);

test.serial('sources that do not go together are refused', async (t) => {
  await using folder = await temporaryFolder();
  const files = ['a.ts', 'b.c'].map((name) => join(folder.path, name));
  await Promise.all(files.map((file) => writeFile(file, '')));
  const { status, stderr } = await vstar(['build', ...files, '-o', join(folder.path, 'x.wasm')]);
  t.is(status, 2);
  t.regex(stderr, /give one \.ts or \.js file, or \.c files \[usage\]/);
});
