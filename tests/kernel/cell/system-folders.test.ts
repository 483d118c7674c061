import { mkdtemp, mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { systemFolders } from '#kernel/cell/system-folders.ts';

test('what is a link into /usr is one within the walls, all else is mounted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  await symlink('/usr/lib', at('lib'));
  await symlink('/usr/../etc', at('out'));
  await symlink('lib', at('chain'));
  await mkdir(at('own'));
  t.deepEqual(systemFolders([at('lib')]), ['--symlink', '/usr/lib', at('lib')]);
  for (const name of ['out', 'chain', 'own', 'none'])
    t.deepEqual(systemFolders([at(name)]), ['--ro-bind-try', at(name), at(name)]);
});
