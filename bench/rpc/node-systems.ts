import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { whereInstalled } from '../installed.ts';
import type { RpcLoad } from './figures.ts';
import { type Measured, run, type System } from './system.ts';

const FOLDER = fileURLToPath(new URL('baselines/', import.meta.url));
const PACKAGES = 'npm ci --prefix bench/rpc/baselines';
const SERVER = 'nats-server';
const LISTENING = /Listening for client connections on .*:(\d+)/;

/** ROUTER and DEALER between two processes of Node. */
export const zeromq: System = {
  name: 'ZeroMQ',
  install: PACKAGES,
  measure: async (load) => (hasPackage('zeromq') ? figuresOf('zeromq', load) : undefined),
};

/** Unary calls between two processes of Node. */
export const grpc: System = {
  name: 'gRPC',
  install: PACKAGES,
  measure: async (load) => (hasPackage('@grpc/grpc-js') ? figuresOf('grpc', load) : undefined),
};

/** Request and reply between two processes of Node, over a server of its own. */
export const nats: System = {
  name: 'NATS',
  install: `${PACKAGES}, and apt install nats-server (or go install github.com/nats-io/nats-server/v2@latest)`,
  measure: async (load) =>
    hasPackage('nats')
      ? whereInstalled(() => withNatsServer((port) => figuresOf('nats', load, port)))
      : undefined,
};

function hasPackage(name: string): boolean {
  return existsSync(`${FOLDER}node_modules/${name}`);
}

async function figuresOf(program: string, load: RpcLoad, ...address: string[]): Promise<Measured> {
  const args = [`${FOLDER}${program}.js`, JSON.stringify(load), ...address];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

/** @throws {bench-failed} the server ends before it listens */
async function withNatsServer<T>(use: (port: string) => Promise<T>): Promise<T> {
  const server = spawn(SERVER, ['--addr', '127.0.0.1', '--port', '-1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(server, 'exit'); // rejects where it cannot be started
  try {
    return await use(
      await Promise.race([portOf(createInterface(server.stderr)), exited.then(ended)]),
    );
  } finally {
    server.kill();
    await exited;
  }
}

function ended([status]: unknown[]): never {
  throw new BenchFailedError(`${SERVER} ended with ${String(status)}`);
}

async function portOf(lines: AsyncIterable<string>): Promise<string> {
  let port: string | undefined;
  for await (const line of lines) {
    port ??= LISTENING.exec(line)?.[1];
    if (port !== undefined && line.includes('Server is ready')) return port;
  }
  throw new BenchFailedError(`${SERVER} did not say where it listens`);
}
