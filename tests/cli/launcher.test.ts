import { spawnSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startVstar, temporaryFolder } from './vstar-process.ts';

const LAUNCHER = fileURLToPath(new URL('../../cli/vstar.js', import.meta.url));

/** The PATH of a person: npm puts its own folders first, and with them this package's own Node. */
const PERSONS_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

test('vstar runs by a link, under whatever Node is on the PATH, and passes the status on', async (t) => {
  await using folder = await temporaryFolder();
  const link = join(folder.path, 'vstar');
  await symlink(LAUNCHER, link);
  const env = { ...process.env, PATH: PERSONS_PATH };
  const { status, stdout, stderr } = spawnSync(link, ['--version'], { env, encoding: 'utf8' });
  t.is(status, 0, stderr);
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
  t.is(spawnSync(link, ['no-such-command'], { env }).status, 2);
});

test('who kills the process that they started kills the node', async (t) => {
  await using folder = await temporaryFolder();
  const args = ['node', '--data', join(folder.path, 'data'), '--warm-cells', '0'];
  const node = startVstar(args, { env: { PATH: PERSONS_PATH } }, LAUNCHER);
  await node.said(/runs as node/);
  node.child.kill('SIGKILL');
  const { signal } = await node.ended; // once nobody has its output open any more
  t.is(signal, 'SIGKILL');
});
