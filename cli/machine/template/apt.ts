import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RecipeFailedError } from '../../errors.ts';

const run = promisify(execFile);

export interface AptInit {
  /** For this alone, not there yet. */
  readonly folder: string;
  /** As Debian calls it. */
  readonly architecture: string;
  /** A list of sources, as sources.list(5) has it, in place of those of this machine. */
  readonly sources?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * An apt of its own, for one architecture: it needs no root and no lock, has the sources of this machine's, and changes nothing of that
 * one's.
 */
export class Apt {
  readonly #folder: string;
  readonly #signal: AbortSignal;

  private constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  static async open({ folder, architecture, sources, signal }: AptInit): Promise<Apt> {
    for (const each of ['lists/partial', 'cache/archives/partial', 'parts'])
      await mkdir(join(folder, each), { recursive: true });
    await writeFile(join(folder, 'apt.conf'), configuration(folder, architecture, sources));
    return new Apt(folder, signal);
  }

  /** Reads the lists of packages. @throws {recipe-failed} one of the sources does not answer: what others have is known all the same */
  async update(): Promise<void> {
    await this.#run('apt-get', ['update', '-q']);
  }

  /** What a package depends on, in its order; nothing where there is none. */
  async dependsOf(name: string): Promise<readonly string[]> {
    const text = await this.#run('apt-cache', ['depends', name]).catch(() => '');
    return [...text.matchAll(/Depends: (\S+)/g)].map(([, each]) => each!);
  }

  /** Fetches packages and takes out what is in them. @returns their files' names @throws {recipe-failed} */
  async fetch(names: readonly string[]): Promise<readonly string[]> {
    await this.#run('apt-get', ['download', ...names]);
    return (await readdir(this.#folder)).filter((each) => each.endsWith('.deb'));
  }

  /** Puts what is in the packages that were fetched into a folder. @throws {recipe-failed} */
  async unpack(packages: readonly string[], to: string): Promise<void> {
    for (const each of packages) await this.#run('dpkg-deb', ['-x', each, to]);
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    const cwd = this.#folder;
    try {
      const env = { ...process.env, APT_CONFIG: join(cwd, 'apt.conf'), LC_ALL: 'C' };
      return (await run(program, args, { cwd, env, signal: this.#signal })).stdout;
    } catch (error) {
      this.#signal.throwIfAborted();
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      const why =
        code === 'ENOENT' ? `${program} is not installed` : lastLines(stderr ?? String(error));
      throw new RecipeFailedError(`${program} ${args[0]}: ${why}`, error);
    }
  }
}

function configuration(folder: string, architecture: string, sources?: string): string {
  const own =
    sources === undefined
      ? ''
      : `Dir::Etc::sourcelist "${sources}";\nDir::Etc::sourceparts "${folder}/parts";\n`;
  return `${own}Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "${folder}/cache";
APT::Architecture "${architecture}";
APT::Architectures "${architecture}";
APT::Sandbox::User "";
Debug::NoLocking "true";
`;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-2).join('; ');
}
