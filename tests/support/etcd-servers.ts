import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';

/** Whether etcd is on this machine; what needs it says so where it is not. */
export function hasEtcd(): boolean {
  return spawnSync('etcd', ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** An etcd cluster on loopback, each server a process of its own. */
export class EtcdServers implements AsyncDisposable {
  readonly #folder: string;
  readonly #ports: readonly number[];
  readonly #scheme: 'http' | 'https';
  readonly #servers: ChildProcess[] = [];
  readonly count: number;

  private constructor(
    folder: string,
    ports: readonly number[],
    count: number,
    scheme: 'http' | 'https',
  ) {
    this.#folder = folder;
    this.#ports = ports;
    this.count = count;
    this.#scheme = scheme;
  }

  /** They may take some seconds more until they answer. With `https` each signs for itself. */
  static async start(count: number, scheme: 'http' | 'https' = 'http'): Promise<EtcdServers> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-etcd-'));
    const servers = new EtcdServers(folder, await freePorts(2 * count), count, scheme);
    for (let at = 0; at < count; at += 1) servers.startAgain(at);
    return servers;
  }

  get endpoints(): readonly string[] {
    return Array.from({ length: this.count }, (_, at) => this.#client(at));
  }

  /** The certificate that the first server has made for itself, once it has. */
  async ca(): Promise<string> {
    const path = join(this.#data(0), 'fixtures', 'client', 'cert.pem');
    for (;;) {
      const text = await readFile(path, 'utf8').catch(() => '');
      if (text.includes('END CERTIFICATE')) return text;
      if (this.#servers[0]!.exitCode !== null) throw new Error('etcd has ended');
    }
  }

  startAgain(at: number): void {
    const all = Array.from({ length: this.count }, (_, each) => `e${each}=${this.#peer(each)}`);
    this.#servers[at] = spawn(
      'etcd',
      [
        `--name=e${at}`,
        `--data-dir=${this.#data(at)}`,
        `--listen-peer-urls=${this.#peer(at)}`,
        `--initial-advertise-peer-urls=${this.#peer(at)}`,
        `--listen-client-urls=${this.#client(at)}`,
        `--advertise-client-urls=${this.#client(at)}`,
        `--initial-cluster=${all.join(',')}`,
        ...(this.#scheme === 'https' ? ['--auto-tls'] : []),
        '--log-level=fatal',
      ],
      { stdio: 'ignore' },
    );
  }

  async kill(at: number): Promise<void> {
    const server = this.#servers[at]!;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((_, at) => this.kill(at)));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #data(at: number): string {
    return join(this.#folder, `e${at}`);
  }

  #peer(at: number): string {
    return `http://127.0.0.1:${this.#ports[at]}`;
  }

  #client(at: number): string {
    return `${this.#scheme}://127.0.0.1:${this.#ports[this.count + at]}`;
  }
}
