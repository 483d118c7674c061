import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { percentile } from '../report/statistics.ts';
import type { RpcFigures, RpcLoad } from './figures.ts';

const PAYLOAD_BYTES = 64;

/** The least that a round trip between two processes costs in Node: a socket, no framing, no encryption, no vTasks. */
export class NetEcho implements AsyncDisposable {
  readonly #server: ChildProcess;
  readonly #socket: Socket;
  readonly #waiting: (() => void)[] = [];
  #received = 0;

  private constructor(server: ChildProcess, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    socket.on('data', (data) => {
      this.#received += data.length;
      for (; this.#received >= PAYLOAD_BYTES; this.#received -= PAYLOAD_BYTES)
        this.#waiting.shift()?.();
    });
  }

  static async start(): Promise<NetEcho> {
    const server = fork(fileURLToPath(import.meta.url));
    const [port] = (await once(server, 'message')) as [number];
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    return new NetEcho(server, socket);
  }

  async measure({ warmup, samples, requests, inFlight }: RpcLoad): Promise<RpcFigures> {
    const payload = Buffer.alloc(PAYLOAD_BYTES, 'x');
    const call = (): Promise<void> =>
      new Promise((resolve) => {
        this.#waiting.push(resolve);
        this.#socket.write(payload);
      });
    for (let i = 0; i < warmup; i++) await call();
    const us: number[] = [];
    const begin = performance.now();
    for (let i = 0; i < samples; i++) {
      const start = performance.now();
      await call();
      us.push((performance.now() - start) * 1_000);
    }
    const messages = (samples * 1_000) / (performance.now() - begin);
    let left = requests;
    const caller = async (): Promise<void> => {
      while (left-- > 0) await call();
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: inFlight }, caller));
    const rate = (requests * 1_000) / (performance.now() - start);
    return { p50: percentile(us, 0.5), p99: percentile(us, 0.99), messages, requests: rate };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    const exited = once(this.#server, 'exit');
    this.#server.disconnect();
    await exited;
  }
}

/** The other process. */
function serve(): void {
  const server = createServer((socket) => {
    socket.setNoDelay().on('data', (data) => socket.write(data));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
  process.once('disconnect', () => process.exit());
}

if (import.meta.main) serve();
