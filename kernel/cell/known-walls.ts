import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is tried out: whether these words can be executed, and do what they are for. */
export interface Trial {
  readonly words: readonly string[];
  /** The paths of the programs among them. */
  readonly programs: readonly string[];
}

/** Undefined where it went well, else what was wrong. */
type TryOut = () => Promise<string | undefined>;

// To be raised when a trial comes to ask for more than its words say.
const FORM = 1;

/**
 * Which walls stood when they were tried, for the next start of a node on this machine: to see it again takes several processes.
 * Nothing is kept of one that did not, so nobody goes without a wall for what was the case once. To believe it weakens none: a cell is
 * started within the same words in any case, and does not begin where they have come to fail.
 */
export class KnownWalls {
  readonly #folder: string;

  /** @param cacheDir whoever may write there gives cells their code too */
  constructor(cacheDir: string) {
    this.#folder = join(cacheDir, 'walls');
  }

  /** Undefined where the words are known to do what they are for, in all the same circumstances, or are seen to do it now. */
  async whyNot(trial: Trial, tryOut: TryOut): Promise<string | undefined> {
    const name = createHash('sha256').update(JSON.stringify(trial.words)).digest('hex');
    const file = join(this.#folder, name);
    // Taken before the trial: what changes meanwhile is another circumstance for whoever comes next.
    const circumstances = circumstancesOf(trial);
    if (circumstances && (await holds(file, circumstances))) return undefined;
    const why = await tryOut();
    if (why === undefined && circumstances) await this.#keep(file, circumstances);
    return why;
  }

  /** Whoever starts next tries all of it out. False where nothing was known. */
  async forget(): Promise<boolean> {
    const gone = `${this.#folder}-${randomUUID()}`; // others may be about to write there
    try {
      await rename(this.#folder, gone);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    await rm(gone, { recursive: true, force: true });
    return true;
  }

  /** As a whole or not at all; who may not write tries it out the next time too. */
  async #keep(file: string, circumstances: Buffer): Promise<void> {
    const temporary = `${file}-${randomUUID()}`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, circumstances);
      await rename(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }
}

/** Whether it is there, with these bytes and no other: however large it is, and whatever else than a file. */
async function holds(file: string, bytes: Buffer): Promise<boolean> {
  try {
    const found = await lstat(file);
    return found.isFile() && found.size === bytes.length && (await readFile(file)).equals(bytes);
  } catch {
    return false;
  }
}

const RIGHTS = /^(?:Uid|Gid|Groups|Cap\w+|NoNewPrivs|Seccomp\w*):.*$/gm;

const NAMESPACES = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];

/** What a process may do is said by these where there are such; some are of certain distributions. */
const SAYING = [
  '/proc/self/attr/current',
  '/proc/sys/kernel/apparmor_restrict_unprivileged_unconfined',
  '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
  '/proc/sys/kernel/unprivileged_userns_clone',
  ...NAMESPACES.map((kind) => `/proc/sys/user/max_${kind}_namespaces`),
];

/** All that a trial's end hangs on, as far as the system says it; undefined where it says too little. */
function circumstancesOf({ words, programs }: Trial): Buffer | undefined {
  try {
    const all = {
      form: FORM,
      words,
      node: process.version,
      programs: programs.map(programNow),
      boot: textOf('/proc/sys/kernel/random/boot_id'),
      rights: textOf('/proc/self/status').match(RIGHTS),
      limits: textOf('/proc/self/limits'),
      // Containers have their own. That of mounts is not asked for: a node in a network of its own has another at each start.
      within: ['user', 'pid'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)),
      // One with something before parts of it cannot be had anew by bubblewrap.
      proc: mountsAt('/proc'),
      said: SAYING.map(textIfThere),
    };
    return Buffer.from(JSON.stringify(all, null, 1));
  } catch {
    return undefined;
  }
}

/** Its inode says so too of one that was replaced and had its time set back. */
function programNow(path: string): readonly string[] {
  const { dev, ino, size, ctimeNs } = statSync(path, { bigint: true });
  return [realpathSync(path), ...[dev, ino, size, ctimeNs].map(String)];
}

/** What is mounted there and below it: which part of what, and how. */
function mountsAt(folder: string): readonly string[] {
  return textOf('/proc/self/mountinfo')
    .split('\n')
    .map((line) => line.split(' ').slice(3, 6).join(' '))
    .filter((mount) => `${mount.split(' ')[1]}/`.startsWith(`${folder}/`));
}

function textOf(file: string): string {
  return readFileSync(file, 'latin1');
}

function textIfThere(file: string): string | undefined {
  try {
    return textOf(file);
  } catch {
    return undefined;
  }
}
