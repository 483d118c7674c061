import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NodeConfig } from '#node/config.ts';
import { connectControl, type ControlIdentity, type PosivClient } from '#node/control/client.ts';
import { processSettings } from '#node/process-settings.ts';
import { good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';

export interface RealNode {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly socket: string;
  readonly url: string | undefined;
  readonly token: string;
  readonly process: ChildProcess;
  /** Resolves once its process has ended. */
  readonly ended: Promise<void>;
}

/** Built guests and prepared images, shared by the test runs on this machine. */
export const CACHE = fileURLToPath(new URL('../../.cache/tests', import.meta.url));

const ENTRY = fileURLToPath(new URL('node-process.ts', import.meta.url));

export interface RealClusterInit {
  /** Of a program that runs a node as `runNode` does, and talks with its test by messages. Default: one that only runs it. */
  readonly entry?: string;
}

/** Worker nodes as processes of their own, joined over libp2p on loopback. */
export class RealCluster implements AsyncDisposable {
  readonly folder: string;
  readonly nodes: RealNode[] = [];
  readonly #entry: string | undefined;

  private constructor(folder: string, { entry }: RealClusterInit) {
    this.folder = folder;
    this.#entry = entry;
  }

  static async start(
    count: number,
    config: Partial<NodeConfig> = {},
    init: RealClusterInit = {},
  ): Promise<RealCluster> {
    const cluster = new RealCluster(await mkdtemp(join(tmpdir(), 'vstar-test-')), init);
    for (let at = 0; at < count; at += 1) await cluster.add('abcdefgh'[at]!, config);
    return cluster;
  }

  async add(name: string, config: Partial<NodeConfig> = {}): Promise<RealNode> {
    const ticket = await this.#ticket();
    const running = await this.#start(name, { ticket, ...config });
    this.nodes.push(running);
    return running;
  }

  /** Stops a node in order, and starts it on the same data. */
  async restart(at: number): Promise<void> {
    const { process: child, ended } = this.nodes[at]!;
    child.stdin!.end();
    await ended;
    await this.startAgain(at);
  }

  /** Starts a node whose process has ended, on the same data. */
  async startAgain(at: number, config: Partial<NodeConfig> = {}): Promise<void> {
    this.nodes[at] = await this.#start(this.nodes[at]!.name, config);
  }

  /** Kills a node without a word; resolves once its process has ended. */
  async kill(at: number): Promise<void> {
    const { process: child, ended } = this.nodes[at]!;
    child.kill('SIGKILL');
    await ended;
  }

  async #start(name: string, config: Partial<NodeConfig>): Promise<RealNode> {
    const settings = {
      name,
      dataDir: join(this.folder, name),
      cacheDir: CACHE,
      lanes: 2,
      bootstrap: this.nodes.slice(0, 1).flatMap(({ addresses }) => addresses),
      ...config,
    };
    const { execArgv, env } = processSettings(CACHE);
    const args = [...execArgv, this.#entry ?? ENTRY, JSON.stringify(settings)];
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'inherit', ...(this.#entry === undefined ? [] : ['ipc' as const])],
      env: { ...process.env, ...env },
    });
    const lines = createInterface({ input: child.stdout! });
    const ended = once(child, 'exit').then(() => {});
    const first = await Promise.race([once(lines, 'line'), ended]);
    if (first === undefined) throw new Error(`node ${name} ended at its start`);
    const said = JSON.parse(first[0] as string) as Omit<RealNode, 'name' | 'process' | 'ended'>;
    return { ...said, name, process: child, ended };
  }

  /** One that another node may join by; none for the first. */
  async #ticket(): Promise<string | undefined> {
    const first = this.nodes.find(({ process: { exitCode, signalCode } }) => {
      return exitCode === null && signalCode === null;
    });
    if (first === undefined) return undefined;
    const client = await connectControl({ socket: first.socket });
    const wish = { ttlMs: 0, uses: 1, node: undefined, admits: true };
    const { text } = good(await client.admission.createTicket(wish));
    await client.close();
    return text;
  }

  /** Resolves once every node knows of three acceptors: before, no node has a lease, and no loss can be agreed on. */
  async untilSafe(): Promise<void> {
    for (const at of this.nodes.keys()) {
      const client = await this.connect(at);
      await until(
        () => client.nodes.list(),
        (all) => all.filter(({ keepsRegisters }) => keepsRegisters).length >= 3,
      );
      await client.close();
    }
  }

  connect(at = 0, identity: ControlIdentity = {}): Promise<PosivClient> {
    return connectControl({ socket: this.nodes[at]!.socket, ...identity });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.nodes.map(({ process: child, ended }) => {
        if (child.exitCode === null && child.signalCode === null) child.stdin!.end();
        return ended;
      }),
    );
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Stores bytes under a path of vStore. */
export async function upload(client: PosivClient, path: string, bytes: Uint8Array): Promise<void> {
  const writer = good(await client.blobs.create('durable'));
  for (let at = 0; at < bytes.length; at += 1 << 20)
    good(await client.blobs.append(writer, bytes.subarray(at, at + (1 << 20))));
  good(await client.files.bind(path, good(await client.blobs.seal(writer))));
}
