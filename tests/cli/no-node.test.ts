import { createServer } from 'node:net';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

test('without a node, a command says how to start one', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stderr, stdout } = await vstar(['ps'], { env: { XDG_DATA_HOME: folder.path } });
  t.is(status, 4);
  t.is(stdout, '');
  t.regex(stderr, /no node is running: .*vstarcloud.*'vstar node'.*'vstar devstack'.*\[no-node\]/);
});

test('a node that was killed is no node', async (t) => {
  await using folder = await temporaryFolder();
  await writeFile(
    join(folder.path, 'node.json'),
    JSON.stringify({ socket: join(folder.path, 'gone.sock') }),
  );
  const { status, stderr } = await vstar(['nodes', '--data', folder.path]);
  t.is(status, 4);
  t.regex(stderr, /no node is running: no node listens at .*gone\.sock.*\[no-node\]/);
});

test('a node file that names no socket is told from a missing one', async (t) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'node.json'), '{}');
  const { status, stderr } = await vstar(['nodes', '--data', folder.path]);
  t.is(status, 4);
  t.regex(stderr, /node\.json names no socket.*\[no-node\]/);
});

test('run ends with 125 where there is no node, for the status of a program is not known', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stderr } = await vstar(['run', 'vstore:/x'], {
    env: { XDG_DATA_HOME: folder.path },
  });
  t.is(status, 125);
  t.regex(stderr, /\[no-node\]/);
});

test('a VSTAR_CONTROL that nobody answers at is named', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const env = { VSTAR_CONTROL: `http://127.0.0.1:${port}`, VSTAR_TOKEN: 'x' };
  const { status, stderr } = await vstar(['ls'], { env });
  t.is(status, 4);
  t.regex(
    stderr,
    new RegExp(`no node answers at http://127\\.0\\.0\\.1:${port}.*\\[control-unreachable\\]`),
  );
});

test('a VSTAR_CONTROL of the wrong form is refused with the right ones', async (t) => {
  const { status, stderr } = await vstar(['ls'], { env: { VSTAR_CONTROL: 'localhost:1' } });
  t.is(status, 2);
  t.regex(stderr, /"localhost:1"; set it to unix:\/PATH or http:\/\/127\.0\.0\.1:PORT \[usage\]/);
});

test('a URL without a token is refused before anything is asked', async (t) => {
  const { status, stderr } = await vstar(['ls'], { env: { VSTAR_CONTROL: 'http://127.0.0.1:1' } });
  t.is(status, 2);
  t.regex(stderr, /VSTAR_TOKEN is needed.*control\.token.*\[usage\]/);
});

test('over HTTP the right token is let in, and a wrong one is refused', async (t) => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  await mkdir(data);
  const node = startVstar([
    'node',
    '--data',
    data,
    '--name',
    'alone',
    '--http-port',
    '0',
    '--json',
  ]);
  t.teardown(async () => {
    node.child.kill('SIGTERM');
    await node.ended;
  });
  const { url } = JSON.parse(await node.said(/^\}$/m)) as { url: string };
  const token = (await readFile(join(data, 'control.token'), 'utf8')).trim();

  const wrong = await vstar(['nodes'], { env: { VSTAR_CONTROL: url, VSTAR_TOKEN: 'wrong' } });
  t.is(wrong.status, 4);
  t.regex(wrong.stderr, /the token is wrong; set VSTAR_TOKEN to .*control\.token.*\[wrong-token\]/);

  const right = await vstar(['nodes', '--json'], {
    env: { VSTAR_CONTROL: url, VSTAR_TOKEN: token },
  });
  t.is(right.status, 0);
  t.like(JSON.parse(right.stdout), [{ name: 'alone', standing: 'self' }]);
});
