import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOOLS = ['bwrap', 'setpriv', 'prlimit'];

/**
 * Tools that build no walls and only execute what they are to have around: for tests of when they are tried. They know nothing of each
 * other's arguments, but of where these end.
 */
export class FakeWalls implements AsyncDisposable {
  /** A folder for PATH. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<FakeWalls> {
    const walls = new FakeWalls(await mkdtemp(join(tmpdir(), 'vstar-test-')));
    for (const tool of TOOLS) await walls.install(tool);
    return walls;
  }

  /** Writes it, with the same words as ever. */
  async install(tool: string): Promise<void> {
    const skip =
      tool === 'bwrap'
        ? 'until [ "$1" = -- ]; do shift; done; shift'
        : 'while [ "${1#--}" != "$1" ]; do shift; done';
    const words = [
      '#!/bin/sh',
      `echo ${tool} >>${this.path}/executed`,
      `if [ -e ${this.path}/fails ]; then echo "${tool}: no more" >&2; exit 1; fi`,
      skip,
      'exec "$@"',
    ];
    const file = join(this.path, tool);
    await writeFile(file, words.join('\n'));
    await chmod(file, 0o700);
  }

  /** From now on none of them works, though all look as they did. */
  async fail(): Promise<void> {
    await writeFile(join(this.path, 'fails'), '');
  }

  async mend(): Promise<void> {
    await rm(join(this.path, 'fails'));
  }

  /** How often one of them was executed. */
  async executed(): Promise<number> {
    const lines = await readFile(join(this.path, 'executed'), 'latin1').catch(() => '');
    return lines.split('\n').length - 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
