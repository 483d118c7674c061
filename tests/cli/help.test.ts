import test from 'ava';
import type { Command } from 'commander';
import { vstarProgram } from '#cli/program.ts';
import { vstar } from './vstar-process.ts';

const program = vstarProgram('0.0.0');

for (const { path, command } of actions(program, 'vstar')) {
  test(`${path} --help shows an example`, (t) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    t.regex(help, new RegExp(`Examples:\n(.*\n)*.*${path}`));
  });
}

test('vstar --help names every command and the exit statuses', async (t) => {
  const { status, stdout } = await vstar(['--help']);
  t.is(status, 0);
  for (const command of program.commands) t.regex(stdout, new RegExp(`^  ${command.name()} `, 'm'));
  t.regex(stdout, /Exit status: 0 done/);
});

test('vstar without a command shows its help and ends with 2', async (t) => {
  const { status, stdout, stderr } = await vstar([]);
  t.is(status, 2);
  t.is(stdout, '');
  t.regex(stderr, /Usage: vstar/);
});

test('an unknown command is named, with the one that was probably meant', async (t) => {
  const { status, stderr } = await vstar(['wordcoun']);
  t.is(status, 2);
  t.regex(stderr, /unknown command 'wordcoun'[^]*Did you mean wordcount\?[^]*\[usage\]/);
});

test('what is wrong with the arguments of a command is said with where its help is', async (t) => {
  const cases = [
    [['machine', 'create'], "missing required argument 'name'; see 'vstar machine create --help'"],
    [['run', '--bogus', 'x'], "unknown option '--bogus'; see 'vstar run --help'"],
    [['nodes', 'x'], "Expected 0 arguments but got 1: x; see 'vstar nodes --help'"],
    [['ls', 'books'], 'the prefix is "books"; a path in vStore begins with /'],
  ] as const;
  for (const [words, text] of cases) {
    const { status, stderr } = await vstar(words);
    t.is(status, 2, stderr);
    t.true(stderr.includes(text), stderr);
  }
});

test('a manager whose file is not there keeps a node from being started', async (t) => {
  const { status, stderr } = await vstar(['node', '--manager', 'task=./none.wasm']);
  t.is(status, 3);
  t.is(stderr, 'vstar: there is no file ./none.wasm; check the path [file-missing]\n');
});

test('a number out of range is refused with the range', async (t) => {
  const { status, stderr } = await vstar(['devstack', '--nodes', '0', '--', 'true']);
  t.is(status, 2);
  t.is(stderr, 'vstar: --nodes is "0"; give a whole number from 1 to 64 [usage]\n');
});

test('a size that is none is refused with an example', async (t) => {
  const { status, stderr } = await vstar(['node', '--memory', 'much']);
  t.is(status, 2);
  t.is(stderr, 'vstar: --memory is "much"; give bytes, or 64K, 16M, 2G [usage]\n');
});

/** The commands that do something, those below others included. */
function* actions(parent: Command, path: string): Generator<{ path: string; command: Command }> {
  for (const command of parent.commands) {
    const below = `${path} ${command.name()}`;
    if (command.commands.length === 0) yield { path: below, command };
    else yield* actions(command, below);
  }
}
