import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RecipeFailedError } from '../../errors.ts';
import { initramfs } from './initramfs.ts';

const run = promisify(execFile);

/** What a machine boots from. */
export interface BootBytes {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  /** The packages that it was made of, with their versions. */
  readonly from: readonly string[];
}

/** What is kept of a build: made again when this changes. */
const RECIPE = 'debian-686-5';
const KERNEL = 'linux-image-686';
const BUSYBOX = 'busybox-static';

/**
 * Makes a small Linux of Debian's kernel for 32 bits and its static busybox, as the packages of this machine's sources have
 * them: both are under the GPL, so they are fetched where they are used and come with nothing of ours. It needs no root and
 * changes nothing of the system: apt gets folders of its own.
 * @param onStep told what is being done
 * @throws {recipe-failed}
 */
export async function debianRecipe(
  cacheDir: string,
  {
    signal,
    onStep,
  }: {
    readonly signal: AbortSignal;
    readonly onStep: (step: string, at: number, of: number) => void;
  },
): Promise<BootBytes> {
  const root = join(cacheDir, 'machine-recipes');
  const made = join(root, RECIPE);
  const known = await readMade(made).catch(() => undefined);
  if (known) return known;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, 'new-'));
  const step = async (program: string, args: readonly string[]): Promise<string> => {
    try {
      const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C' };
      return (await run(program, args, { cwd: folder, env, signal })).stdout;
    } catch (error) {
      signal.throwIfAborted();
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      const why =
        code === 'ENOENT' ? `${program} is not installed` : lastLines(stderr ?? String(error));
      throw new RecipeFailedError(`${program} ${args[0]}: ${why}`, error);
    }
  };
  try {
    onStep('reading the lists of packages', 0, 4);
    await writeFile(join(folder, 'apt.conf'), aptConfig(folder));
    for (const each of ['lists/partial', 'cache/archives/partial'])
      await mkdir(join(folder, each), { recursive: true });
    // Where one of several sources does not answer, what is needed may be in another.
    const update = await step('apt-get', ['update', '-q']).catch((error: unknown) => error);
    const depends = await step('apt-cache', ['depends', KERNEL]).catch(() => '');
    const kernel = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (kernel === undefined) {
      if (update instanceof Error) throw update;
      throw new RecipeFailedError(
        `the sources of packages have no ${KERNEL} for i386: are they Debian's?`,
      );
    }
    onStep('fetching the packages', 1, 4);
    await step('apt-get', ['download', kernel, BUSYBOX]);
    const packages = (await readdir(folder)).filter((each) => each.endsWith('.deb'));
    onStep('unpacking', 2, 4);
    for (const each of packages) await step('dpkg-deb', ['-x', each, 'unpacked']);
    onStep('making the initramfs', 3, 4);
    const unpacked = join(folder, 'unpacked');
    const version = kernel.replace('linux-image-', '');
    const out = join(folder, 'made');
    await mkdir(out);
    const modules = join(unpacked, 'lib', 'modules', version, 'kernel');
    await writeFile(
      join(out, 'kernel'),
      await readFile(join(unpacked, 'boot', `vmlinuz-${version}`)),
    );
    await writeFile(
      join(out, 'initrd'),
      await initramfs(join(unpacked, 'bin', 'busybox'), modules),
    );
    await writeFile(join(out, 'from.json'), JSON.stringify(packages));
    await rename(out, made).catch(() => {}); // another may have been as fast
    onStep('made', 4, 4);
    return await readMade(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readMade(folder: string): Promise<BootBytes> {
  const [kernel, initrd, from] = await Promise.all(
    ['kernel', 'initrd', 'from.json'].map((name) => readFile(join(folder, name))),
  );
  return { kernel: kernel!, initrd: initrd!, from: JSON.parse(from!.toString()) as string[] };
}

/** An apt of its own: for i386 alone, without a lock and without a word to that of the system, but from its sources. */
function aptConfig(folder: string): string {
  return `Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "${folder}/cache";
APT::Architecture "i386";
APT::Architectures "i386";
APT::Sandbox::User "";
Debug::NoLocking "true";
`;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-2).join('; ');
}
