import { constants, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '#kernel/cgroup/entering.ts';
import type { Clock } from '#kernel/clock.ts';

// What is killed goes once it leaves the kernel, which takes a disk that hangs as long as that does.
const LOOK_EVERY_MS = 10;
const MAX_LOOKS = 500;
// Each round moves what the processes of the one before have started meanwhile.
const MAX_ROUNDS = 100;

/**
 * One cgroup, as its folder: all that is done to the file system of cgroups is done here, beneath the path that is given
 * (Documentation/admin-guide/cgroup-v2.rst of Linux).
 */
export class Cgroup {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  child(name: string): Cgroup {
    return new Cgroup(join(this.path, name));
  }

  /** Throws what the system answered, EEXIST for one that is there. */
  async make(): Promise<void> {
    await mkdir(this.path);
  }

  /**
   * The same at once, for who is about to start a process in it; a shell takes ten times as long. Throws what the system answered, after
   * all has been tried.
   */
  makeNow(settings: Settings): void {
    mkdirSync(this.path);
    const failures: unknown[] = [];
    for (const [file, value] of Object.entries(settings))
      try {
        writeFileSync(join(this.path, file), `${value}`, { flag: 'r+' });
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }

  async read(file: string): Promise<string> {
    return (await readFile(join(this.path, file), 'latin1')).trim();
  }

  /** Sets what is there already: nothing is ever made of a file. */
  async set(file: string, value: string | number): Promise<void> {
    await writeFile(join(this.path, file), `${value}`, { flag: constants.O_WRONLY });
  }

  async words(file: string): Promise<readonly string[]> {
    return (await this.read(file)).split(/\s+/).filter((word) => word !== '');
  }

  /** Those that are in it itself, not below it. 0 stands for one that this process cannot see. */
  async pids(): Promise<readonly number[]> {
    return (await this.words('cgroup.procs')).map(Number);
  }

  /** Moves a process here, with its threads. One that has ended meanwhile is no matter. */
  async take(pid: number): Promise<void> {
    await this.set('cgroup.procs', pid).catch(unless('ESRCH'));
  }

  /** Moves all that are in another one here, and what they start meanwhile. */
  async takeAll(from: Cgroup): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const pids = await from.pids();
      if (pids.length === 0) return;
      for (const pid of pids) await this.take(pid);
    }
    throw new Error(`what is in ${from.path} starts others faster than they can be moved`);
  }

  async children(): Promise<readonly Cgroup[]> {
    const entries = await readdir(this.path, { withFileTypes: true });
    return entries.filter((each) => each.isDirectory()).map(({ name }) => this.child(name));
  }

  /** Kills all that is in it and below it, at once: nothing that is started meanwhile escapes. */
  async kill(): Promise<void> {
    await this.set('cgroup.kill', 1).catch(unless('ENOENT', 'ENODEV'));
  }

  /** Kills all that is in it and below it, and removes it. */
  async end(clock: Clock): Promise<void> {
    await this.kill();
    await this.remove(clock);
  }

  /** Removes it and all below it, once nobody is in them any more. */
  async remove(clock: Clock): Promise<void> {
    const children = await this.children().catch(unless('ENOENT', 'ENODEV'));
    for (const child of children ?? []) await child.remove(clock);
    for (let looks = 1; ; looks += 1)
      try {
        return await rmdir(this.path).catch(unless('ENOENT'));
      } catch (error) {
        if (codeOf(error) !== 'EBUSY' || looks === MAX_LOOKS) throw error;
        await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
      }
  }
}

/** What the system answered, by its name. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

/** Lets these answers of the system pass. */
export function unless(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(codeOf(error) ?? '')) throw error;
    return undefined;
  };
}
