import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whereInstalled } from '../installed.ts';

const STARTED_WITHIN_MS = 30_000;

/** Three servers of etcd on loopback, asked over their JSON gateway; undefined where etcd is not installed. */
export async function startEtcd(): Promise<EtcdCluster | undefined> {
  const installed = await whereInstalled(() =>
    once(spawn('etcd', ['--version'], { stdio: 'ignore' }), 'exit'),
  );
  return installed && EtcdCluster.start();
}

class EtcdCluster implements AsyncDisposable {
  readonly #folder: string;
  readonly #servers: readonly ChildProcess[];
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(folder: string, servers: readonly ChildProcess[], port: number) {
    this.#folder = folder;
    this.#servers = servers;
    this.#port = port;
  }

  static async start(): Promise<EtcdCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-etcd-'));
    const ports = await freePorts(6);
    const peer = (at: number): string => `http://127.0.0.1:${ports[at]}`;
    const client = (at: number): string => `http://127.0.0.1:${ports[at + 3]}`;
    const all = [0, 1, 2].map((at) => `e${at}=${peer(at)}`).join(',');
    const servers = [0, 1, 2].map((at) =>
      spawn(
        'etcd',
        [
          `--name=e${at}`,
          `--data-dir=${join(folder, `e${at}`)}`,
          `--listen-peer-urls=${peer(at)}`,
          `--initial-advertise-peer-urls=${peer(at)}`,
          `--listen-client-urls=${client(at)}`,
          `--advertise-client-urls=${client(at)}`,
          `--initial-cluster=${all}`,
          '--log-level=error',
        ],
        { stdio: 'ignore' },
      ),
    );
    const cluster = new EtcdCluster(folder, servers, ports[3]!);
    const until = performance.now() + STARTED_WITHIN_MS;
    for (;;)
      try {
        await cluster.swap('first', 0, new Uint8Array(1));
        return cluster;
      } catch (cause) {
        if (performance.now() < until) continue;
        await cluster[Symbol.asyncDispose]();
        throw new Error('etcd does not answer', { cause });
      }
  }

  /** Writes a key if it has been written so many times. @returns whether it was written */
  async swap(key: string, version: number, value: Uint8Array): Promise<boolean> {
    const name = Buffer.from(key).toString('base64');
    const answer = (await this.#post('/v3/kv/txn', {
      compare: [{ key: name, target: 'VERSION', result: 'EQUAL', version: `${version}` }],
      success: [{ request_put: { key: name, value: Buffer.from(value).toString('base64') } }],
    })) as { succeeded?: boolean };
    return answer.succeeded === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await Promise.all(
      this.#servers.map(async (server) => {
        if (server.exitCode !== null || server.signalCode !== null) return;
        const exit = once(server, 'exit');
        server.kill('SIGKILL');
        await exit;
      }),
    );
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const asked = request({
      host: '127.0.0.1',
      port: this.#port,
      path,
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': 'application/json' },
    });
    asked.end(JSON.stringify(body));
    const [answer] = (await once(asked, 'response')) as [
      AsyncIterable<Buffer> & { statusCode: number },
    ];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    const text = Buffer.concat(parts).toString();
    if (answer.statusCode !== 200) throw new Error(`etcd: ${text}`);
    return JSON.parse(text);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
