import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RpcFigures, RpcLoad } from './figures.ts';
import { type Channel, measure } from './measure.ts';
import { answers, CALL, NOTE, PAYLOAD_BYTES } from './payload.ts';

/** The least that a round trip between two processes costs in Node: a socket, no encryption, no vTasks. */
export class NetEcho implements AsyncDisposable, Channel {
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

  measure(load: RpcLoad): Promise<RpcFigures> {
    return measure(this, load);
  }

  call(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(CALL);
    });
  }

  async stream(count: number): Promise<void> {
    for (let sent = 1; sent < count; sent++)
      if (!this.#socket.write(NOTE)) await once(this.#socket, 'drain');
    await this.call(); // it is answered after all that came before
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
    let rest: Buffer = Buffer.alloc(0);
    socket.setNoDelay().on('data', (data: Buffer) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
      const whole = bytes.length - (bytes.length % PAYLOAD_BYTES);
      rest = bytes.subarray(whole);
      const frames = [];
      for (let at = 0; at < whole; at += PAYLOAD_BYTES) {
        const frame = bytes.subarray(at, at + PAYLOAD_BYTES);
        if (answers(frame)) frames.push(frame);
      }
      if (frames.length > 0) socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
  process.once('disconnect', () => process.exit());
}

if (import.meta.main) serve();
