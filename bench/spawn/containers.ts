import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whereInstalled } from '../installed.ts';

const run = promisify(execFile);
const RUNC = 'runc';
const BUSYBOX = '/bin/busybox'; // Debian's busybox-static: all that such a container needs
const COUNT = 10;

export const CONTAINER = {
  name: 'a container of runc',
  install: 'apt install runc busybox-static, and be root',
};

/** A container that does nothing, of `runc`, as its own `runc spec` makes them. */
export class Containers implements AsyncDisposable {
  readonly #folder: string;
  #made = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where runc or busybox is not installed, or who asks is not root. */
  static async prepare(): Promise<Containers | undefined> {
    if (process.getuid?.() !== 0) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
    const made = new Containers(folder);
    const ready = await whereInstalled(async () => {
      await mkdir(join(folder, 'rootfs', 'bin'), { recursive: true });
      await copyFile(BUSYBOX, join(folder, 'rootfs', 'bin', 'true'));
      await run(RUNC, ['spec', '--bundle', folder]);
      await made.#configure();
      return made;
    });
    if (!ready) await made[Symbol.asyncDispose]();
    return ready;
  }

  /** Microseconds for one, started and waited for. */
  async each(): Promise<number> {
    const start = performance.now();
    for (let count = 0; count < COUNT; count++) {
      this.#made += 1;
      await run(RUNC, [
        'run',
        '--bundle',
        this.#folder,
        `vstar-bench-${process.pid}-${this.#made}`,
      ]);
    }
    return ((performance.now() - start) * 1_000) / COUNT;
  }

  async #configure(): Promise<void> {
    const file = join(this.#folder, 'config.json');
    const spec = JSON.parse(await readFile(file, 'utf8')) as { process: object };
    const changed = { ...spec, process: { ...spec.process, terminal: false, args: ['/bin/true'] } };
    await writeFile(file, JSON.stringify(changed));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
