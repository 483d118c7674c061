import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecipeFailedError } from '../../errors.ts';
import { exists } from '../../files/exists.ts';
import { Apt } from './apt.ts';
import { initramfs } from './initramfs.ts';

const MIB = 1 << 20;

/** What a machine boots from. */
export interface BootBytes {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  /** The packages that it was made of, with their versions. */
  readonly from: readonly string[];
  /** That a machine of it has where nobody says how much, in bytes. */
  readonly memory: number;
}

/** What is kept of a build: made again when this changes. */
const RECIPE = 'debian-6';
const BUSYBOX = 'busybox-static';

/**
 * What a machine can be made of, the best first. Debian has no kernels for 32 bits from its version 13 on (its release notes, "Reduced support
 * for i386"); those for 64 start sooner, need more memory, and do not run under v86.
 */
const FLAVOURS = [
  { architecture: 'i386', kernel: 'linux-image-686', memory: 64 * MIB },
  { architecture: 'amd64', kernel: 'linux-image-cloud-amd64', memory: 128 * MIB },
] as const;

export interface RecipeInit {
  readonly signal: AbortSignal;
  /** Told what is being done. */
  readonly onStep: (step: string, at: number, of: number) => void;
  /** As `AptInit` has it. */
  readonly sources?: string;
}

/**
 * Makes a small Linux of Debian's kernel and its static busybox, as the packages of this machine's sources have them: both are under the
 * GPL, so they are fetched where they are used and come with nothing of ours.
 * @throws {recipe-failed}
 */
export async function debianRecipe(cacheDir: string, init: RecipeInit): Promise<BootBytes> {
  const root = join(cacheDir, 'machine-recipes');
  const made = join(root, RECIPE);
  const known = await readMade(made).catch(() => undefined);
  if (known) return known;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, 'new-'));
  const { onStep } = init;
  try {
    onStep('reading the lists of packages', 0, 4);
    const { apt, memory, kernel } = await findKernel(folder, init);
    onStep('fetching the packages', 1, 4);
    const from = await apt.fetch([kernel, BUSYBOX]);
    onStep('unpacking', 2, 4);
    const unpacked = join(folder, 'unpacked');
    await apt.unpack(from, unpacked);
    onStep('making the initramfs', 3, 4);
    const version = kernel.replace('linux-image-', '');
    const out = join(folder, 'made');
    await mkdir(out);
    const image = await readFile(join(unpacked, 'boot', `vmlinuz-${version}`));
    await writeFile(join(out, 'kernel'), image);
    const busybox = await placed(unpacked, 'bin/busybox');
    const modules = await placed(unpacked, `lib/modules/${version}/kernel`);
    await writeFile(join(out, 'initrd'), await initramfs(busybox, modules));
    await writeFile(join(out, 'made.json'), JSON.stringify({ from, memory }));
    await rename(out, made).catch(() => {}); // another may have been as fast
    onStep('made', 4, 4);
    return await readMade(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first of the kernels that the sources have. @throws {recipe-failed} */
async function findKernel(
  folder: string,
  { signal, sources }: RecipeInit,
): Promise<{ apt: Apt; memory: number; kernel: string }> {
  let failure: unknown;
  for (const { architecture, kernel: name, memory } of FLAVOURS) {
    const apt = await Apt.open({
      folder: join(folder, architecture),
      architecture,
      sources,
      signal,
    });
    // Where one of several sources does not answer, what is needed may be in another.
    await apt.update().catch((error: unknown) => (failure ??= error));
    const depends = await apt.dependsOf(name);
    const kernel = depends.find((each) => each.startsWith('linux-image-'));
    if (kernel !== undefined) return { apt, memory, kernel };
    signal.throwIfAborted();
  }
  if (failure instanceof Error) throw failure;
  const names = FLAVOURS.map(({ kernel }) => kernel).join(' nor ');
  throw new RecipeFailedError(`the sources of packages have neither ${names}: are they Debian's?`);
}

/** Where a file or folder of packages is: from Debian 13 on below usr. @throws {recipe-failed} */
async function placed(unpacked: string, path: string): Promise<string> {
  for (const each of [join(unpacked, 'usr', path), join(unpacked, path)])
    if (await exists(each)) return each;
  throw new RecipeFailedError(`the packages have no ${path}: the recipe is for Debian 12 and 13`);
}

async function readMade(folder: string): Promise<BootBytes> {
  const [kernel, initrd, made] = await Promise.all(
    ['kernel', 'initrd', 'made.json'].map((name) => readFile(join(folder, name))),
  );
  const { from, memory } = JSON.parse(made!.toString()) as Pick<BootBytes, 'from' | 'memory'>;
  return { kernel: kernel!, initrd: initrd!, from, memory };
}
