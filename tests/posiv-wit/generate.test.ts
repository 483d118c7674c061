import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { ROOT } from '#posiv-wit/generate/sources.ts';

const MAIN = join('posiv-wit', 'generate', 'main.ts');

interface Outcome {
  readonly code: number;
  readonly errors: string;
}

async function generate(folder: string, ...args: string[]): Promise<Outcome> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [join(folder, MAIN), ...args]);
    return { code: 0, errors: stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, errors: stderr };
  }
}

// The generator knows its folder by its own place: a copy of it writes into the copy.
async function copyOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'posiv-wit-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const part of ['generate', 'wit']) {
    await cp(join(ROOT, 'posiv-wit', part), join(folder, 'posiv-wit', part), { recursive: true });
  }
  return folder;
}

test('what is in the repository is what the WIT says', async (t) => {
  t.deepEqual(await generate(ROOT, '--check'), { code: 0, errors: '' });
});

test('--check names each file that differs, is missing or is superfluous, and writes nothing', async (t) => {
  const folder = await copyOf(t);
  t.is((await generate(folder)).code, 0);
  t.is((await generate(folder, '--check')).code, 0);
  const changed = join(folder, 'posiv-wit/generated/vstore.ts');
  await writeFile(changed, 'changed');
  await rm(join(folder, 'docs/wire.md'));
  await writeFile(join(folder, 'posiv-wit/generated/old.ts'), '');
  const { code, errors } = await generate(folder, '--check');
  t.is(code, 1);
  t.deepEqual(
    errors
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['posiv-wit/generated/vstore.ts', 'docs/wire.md', 'posiv-wit/generated/old.ts'],
  );
  t.is(await readFile(changed, 'utf8'), 'changed');
});

test('generating removes what no WIT asks for any more', async (t) => {
  const folder = await copyOf(t);
  await generate(folder);
  await rm(join(folder, 'posiv-wit/wit/managers'), { recursive: true });
  t.is((await generate(folder, '--check')).code, 1);
  await generate(folder);
  await t.throwsAsync(readFile(join(folder, 'posiv-wit/generated/managers.ts')), {
    code: 'ENOENT',
  });
});

test('two things of one package that would have one name are refused', async (t) => {
  const folder = await copyOf(t);
  await writeFile(
    join(folder, 'posiv-wit/wit/managers/more.wit'),
    'package posiv:managers@0.1.0;\ninterface more { record node-view { a: u8 } }',
  );
  const { code, errors } = await generate(folder);
  t.is(code, 1);
  t.regex(errors, /NodeView/);
});
