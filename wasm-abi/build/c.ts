import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundleUserWit, bundleWit } from '#posiv-wit/bundle.ts';
import { BuildFailedError } from '../errors.ts';
import { runBuild } from './build-cell.ts';
import { type GuestBuildOptions, guestImage } from './guest-image.ts';
import type { CompileJob } from './jobs.ts';
import { toolVersion } from './tool-version.ts';

export interface CSources {
  /** Paths of the files to compile. */
  readonly sources: readonly string[];
  /** Folders whose headers they may include, by their paths below the folder. */
  readonly includes?: readonly string[];
  /** For the compiler and linker, after `-O2`: for example `-O3`, `-msimd128`, `-Wl,-z,stack-size=1048576`. */
  readonly flags?: readonly string[];
}

export interface CGuest extends CSources {
  /** The world that it is built for, for example `posiv:kernel/service@0.1.0`. */
  readonly world: string;
  /** WIT text that defines the world, where it is not one of POSIV's. */
  readonly wit?: string;
  /** `core` leaves out the component's wrapper: such an image starts ten times faster. Default `component`. */
  readonly output?: 'component' | 'core';
}

/** Where headers lie for the compiler; sources lie beside it. */
const INCLUDE = 'include';

/** The world that the texts of `posiv-wit/bundle.ts` define. */
const WORLD = 'guest';

/**
 * Makes an image of a guest in C, which imports and exports POSIV's functions under their names in the canonical ABI.
 * @throws {build-failed} with the compiler's messages; also {build-lost}
 */
export async function buildCGuest(guest: CGuest, options: GuestBuildOptions): Promise<Uint8Array> {
  const { world, output = 'component' } = guest;
  const wit = guest.wit === undefined ? bundleWit(world) : bundleUserWit(guest.wit, world);
  return compile({ ...(await readSources(guest)), output, wit, world: WORLD }, options);
}

/**
 * Makes a WASI preview 1 command of a program in C with a `main`.
 * @throws {build-failed} with the compiler's messages; also {build-lost}
 */
export async function buildWasiCommand(
  program: CSources,
  options: GuestBuildOptions,
): Promise<Uint8Array> {
  return compile(
    { ...(await readSources(program)), output: 'wasi-command', wit: '', world: '' },
    options,
  );
}

function compile(job: Omit<CompileJob, 'step'>, options: GuestBuildOptions): Promise<Uint8Array> {
  const tools = [toolVersion('@yowasp/clang'), toolVersion('@bytecodealliance/jco')];
  return guestImage([job, tools], options, (signal) =>
    runBuild({ step: 'compile', ...job }, { ...options, signal }),
  );
}

async function readSources(
  program: CSources,
): Promise<Pick<CompileJob, 'files' | 'sources' | 'flags'>> {
  const { sources, includes = [], flags = [] } = program;
  const files: Record<string, string> = {};
  const names = sources.map((path) => basename(path));
  for (const [index, path] of sources.entries()) {
    const name = names[index] ?? '';
    if (name in files)
      throw new BuildFailedError('compile', `two sources are named ${name}: rename one`);
    files[name] = await readFile(path, 'utf8');
  }
  for (const folder of includes) {
    for (const name of await readdir(folder, { recursive: true })) {
      if (name.endsWith('.h'))
        files[`${INCLUDE}/${name}`] ??= await readFile(join(folder, name), 'utf8');
    }
  }
  return { files, sources: names, flags: [`-I${INCLUDE}`, ...flags] };
}
