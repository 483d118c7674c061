import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findTool } from '#kernel/cell/find-tool.ts';
import { cpuSeconds } from '../../process/usage.ts';

const run = promisify(execFile);

const PROGRAMS = ['libvirtd', 'virsh', 'qemu-img', 'bwrap'] as const;
const ANSWERS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
// There is no journal daemon to hand output to, and no system of labels: libvirt does less for a machine than it would by default.
const SETTINGS = 'stdio_handler = "file"\nsecurity_driver = "none"\n';
/** Who it takes itself for, so that it runs as users' own libvirt does: of every Debian, `nobody`. */
const USER = '65534';

export const LIBVIRT_INSTALL =
  'apt install --no-install-recommends libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients';

/**
 * A libvirt of its own, in a temporary folder, that knows nothing of the system's. It runs in a namespace of processes: when it ends,
 * whatever it has started does.
 */
export class Libvirt implements AsyncDisposable {
  /** For files of machines. */
  readonly folder: string;
  readonly #daemon: ChildProcess;
  readonly #virsh: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(
    folder: string,
    daemon: ChildProcess,
    virsh: string,
    environment: NodeJS.ProcessEnv,
  ) {
    this.folder = folder;
    this.#daemon = daemon;
    this.#virsh = virsh;
    this.#environment = environment;
  }

  /** @returns undefined where it is not installed */
  static async start(): Promise<Libvirt | undefined> {
    const path = [process.env['PATH'] ?? '', '/usr/sbin'].join(delimiter);
    const found = await Promise.all(PROGRAMS.map((program) => findTool(program, path)));
    const [libvirtd, virsh, , bwrap] = found;
    if (found.includes(undefined)) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'vstar-libvirt-'));
    const [runtime, config, cache] = ['run', 'config', 'cache'].map((name) => join(folder, name));
    await mkdir(runtime!, { mode: 0o700 });
    await mkdir(join(config!, 'libvirt'), { recursive: true });
    await writeFile(join(config!, 'libvirt', 'qemu.conf'), SETTINGS);
    const environment = {
      PATH: path,
      HOME: folder,
      XDG_RUNTIME_DIR: runtime,
      XDG_CONFIG_HOME: config,
      XDG_CACHE_HOME: cache,
    };
    const walls = `--die-with-parent --unshare-user --unshare-pid --uid ${USER} --gid ${USER}`;
    const sight = '--bind / / --dev /dev --proc /proc';
    const daemon = spawn(bwrap!, [...`${walls} ${sight}`.split(' '), libvirtd!], {
      env: environment,
      stdio: 'ignore',
    });
    const libvirt = new Libvirt(folder, daemon, virsh!, environment);
    try {
      await libvirt.#answers();
      return libvirt;
    } catch (error) {
      await libvirt[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Of itself and its machines, in seconds. */
  get cpu(): number {
    return cpuSeconds([this.#daemon.pid!]);
  }

  /** @throws with what it says */
  async virsh(...words: readonly string[]): Promise<string> {
    const socket = join(this.folder, 'run', 'libvirt', 'libvirt-sock');
    const at = ['-q', '-c', `qemu+unix:///session?socket=${socket}`];
    return (await run(this.#virsh, [...at, ...words], { env: this.#environment })).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#daemon;
    if (exitCode === null && signalCode === null) {
      const exited = once(this.#daemon, 'exit');
      this.#daemon.kill('SIGKILL');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until it does. It finds out what QEMU can do at the first question. */
  async #answers(): Promise<void> {
    const until = performance.now() + ANSWERS_WITHIN_MS;
    for (;;)
      try {
        await this.virsh('domcapabilities', '--virttype', 'qemu');
        return;
      } catch (error) {
        if (this.#daemon.exitCode !== null || performance.now() > until) throw error;
        await sleep(LOOK_EVERY_MS);
      }
  }
}
