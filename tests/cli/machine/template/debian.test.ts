// The recipe of templates, with apt and dpkg as they are, and sources that have packages of ours.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { findTool } from '#kernel/cell/find-tool.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';

const run = promisify(execFile);
const INIT = { signal: new AbortController().signal, onStep() {} };

interface Package {
  readonly name: string;
  readonly architecture: string;
  readonly depends?: string;
  /** What is in it, by paths. */
  readonly files?: Readonly<Record<string, string>>;
}

async function hasApt(t: ExecutionContext): Promise<boolean> {
  const path = process.env['PATH'] ?? '';
  if ((await findTool('apt-get', path)) && (await findTool('dpkg-deb', path))) return true;
  t.log('not run: install apt and dpkg');
  t.pass();
  return false;
}

/** Sources that have these packages. @returns the list of them, as a file */
async function sourcesOf(folder: string, packages: readonly Package[]): Promise<string> {
  const archive = join(folder, 'archive');
  await mkdir(archive);
  const index: string[] = [];
  for (const { name, architecture, depends, files = {} } of packages) {
    const tree = join(folder, `${name}-${architecture}`);
    const control = [
      `Package: ${name}`,
      'Version: 1',
      `Architecture: ${architecture}`,
      'Maintainer: nobody <nobody@example.org>',
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      'Description: of a test',
      '',
    ].join('\n');
    for (const [path, text] of Object.entries({ 'DEBIAN/control': control, ...files })) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    const file = `${name}_1_${architecture}.deb`;
    await run('dpkg-deb', ['--root-owner-group', '-b', tree, join(archive, file)]);
    const bytes = await readFile(join(archive, file));
    const digest = createHash('sha256').update(bytes).digest('hex');
    index.push(`${control}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${digest}\n`);
  }
  await writeFile(join(archive, 'Packages'), index.join('\n'));
  const list = join(folder, 'sources.list');
  await writeFile(list, `deb [trusted=yes] file:${archive} ./\n`);
  return list;
}

/** As the kernels of Debian are packed. @param usr below which its modules and programs are, if anything is */
function linux(architecture: string, version: string, usr: string): Package[] {
  const flavour = version.replace(/^[^a-z]*-\d+-/, '');
  const files = {
    [`boot/vmlinuz-${version}`]: `kernel of ${architecture}`,
    [`${usr}lib/modules/${version}/kernel/drivers/block/virtio_blk.ko`]: 'a driver',
  };
  const name = `linux-image-${version}`;
  const busybox = { [`${usr}bin/busybox`]: `busybox of ${architecture}` };
  return [
    { name: `linux-image-${flavour}`, architecture, depends: name },
    { name, architecture, files },
    { name: 'busybox-static', architecture, files: busybox },
  ];
}

test('a template is made of the kernel for 32 bits, where the sources have that', async (t) => {
  if (!(await hasApt(t))) return;
  await using folder = await temporaryFolder();
  const sources = await sourcesOf(folder.path, [
    ...linux('i386', '6.1.0-37-686', ''),
    ...linux('amd64', '6.1.0-37-cloud-amd64', ''),
  ]);
  const made = await debianRecipe(folder.path, { ...INIT, sources });
  t.is(Buffer.from(made.kernel).toString(), 'kernel of i386');
  t.is(made.memory, 64 << 20);
});

test('where they have none it is made of that for 64, which needs more memory, and is kept', async (t) => {
  if (!(await hasApt(t))) return;
  await using folder = await temporaryFolder();
  const sources = await sourcesOf(folder.path, linux('amd64', '6.12.0-3-cloud-amd64', 'usr/'));
  const made = await debianRecipe(folder.path, { ...INIT, sources });
  t.is(Buffer.from(made.kernel).toString(), 'kernel of amd64');
  t.is(made.memory, 128 << 20);
  const files = gunzipSync(made.initrd).toString('latin1');
  for (const each of ['busybox of amd64', 'virtio_blk.ko', 'a driver'])
    t.true(files.includes(each), each);
  t.deepEqual(made.from, [
    'busybox-static_1_amd64.deb',
    'linux-image-6.12.0-3-cloud-amd64_1_amd64.deb',
  ]);
  // It is not made again, nor is anything left of its making.
  await rename(join(folder.path, 'archive'), join(folder.path, 'gone'));
  t.deepEqual(await debianRecipe(folder.path, { ...INIT, sources }), made);
  t.deepEqual(await readdir(join(folder.path, 'machine-recipes')), ['debian-6']);
});

test('sources without either kernel are told of', async (t) => {
  if (!(await hasApt(t))) return;
  await using folder = await temporaryFolder();
  const sources = await sourcesOf(folder.path, [{ name: 'other', architecture: 'amd64' }]);
  await t.throwsAsync(debianRecipe(folder.path, { ...INIT, sources }), {
    code: 'recipe-failed',
    message: /neither linux-image-686 nor linux-image-cloud-amd64: are they Debian's\?/,
  });
});
