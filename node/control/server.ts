import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FrameSocket, PROTOCOL } from '#node/control/protocol.ts';
import { sessionCalls } from '#node/control/session-calls.ts';
import { PortInUseError } from '#node/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { Frame, ReturnFrame } from '#posiv-wit/generated/wire.ts';

// Calls that one client may have out: past it, nothing more is read from it.
const MAX_CALLS = 256;
/** All that a person who owns the node may do. */
const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster'];

export interface ControlServerComponents {
  readonly kernel: Kernel;
  readonly logger: Logger;
}

export interface ControlServerInit {
  /** The path of the Unix socket; who may open it may do everything. */
  readonly socket: string;
  /** A port of the loopback interface, 0 for any; undefined for none. */
  readonly port: number | undefined;
  /** What a client over HTTP has to show. */
  readonly token: string;
}

/** The control API: POSIV for programs outside. Each connection is a vTask, and ends with all it made. */
export class ControlServer implements AsyncDisposable {
  readonly #components: ControlServerComponents;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(components: ControlServerComponents) {
    this.#components = components;
  }

  /**
   * Listens. Returns the port.
   * @throws {port-in-use}
   */
  async listen({ socket, port, token }: ControlServerInit): Promise<number | undefined> {
    await this.#listen({ path: socket }, undefined);
    if (port === undefined) return undefined;
    const server = await this.#listen({ host: '127.0.0.1', port }, token);
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }

  async #listen(
    at: { path: string } | { host: string; port: number },
    token: string | undefined,
  ): Promise<Server> {
    const server = createServer({ headersTimeout: 5_000 }, refuse);
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head, token),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const what = 'path' in at ? `socket ${at.path}` : `port ${at.port} of ${at.host}`;
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(what, error) : error);
      });
      server.listen(at, resolve);
    });
    this.#servers.push(server);
    return server;
  }

  #upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    token: string | undefined,
  ): void {
    socket.on('error', (error) =>
      this.#components.logger.debug('a control connection failed', { error: error.message }),
    );
    if (token !== undefined && !isSame(request.headers.authorization ?? '', `Bearer ${token}`))
      return void socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    if (request.headers.upgrade !== PROTOCOL)
      return void socket.end(`HTTP/1.1 426 Upgrade Required\r\nUpgrade: ${PROTOCOL}\r\n\r\n`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${PROTOCOL}\r\n\r\n`,
    );
    this.#serve(socket, head);
  }

  #serve(socket: Socket, head: Buffer): void {
    const { kernel } = this.#components;
    const session = kernel.sessions.open(DEFAULT_TENANT, GRANTS);
    const { vtid, creator, tenant, grants } = session.vtask;
    const caller = { vtid, creator, tenant, grants, node: undefined };
    const calls = sessionCalls(kernel, session);
    this.#sockets.add(socket);
    // An upgraded connection stays half open unless it is closed from both sides.
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      session.close();
    });
    let out = 0;
    const received = (frame: Frame): void => {
      if (frame.tag !== 'call') return;
      out += 1;
      if (out === MAX_CALLS) frames.pause(true);
      const send = (returned: ReturnFrame): void => frames.send({ tag: 'returned', val: returned });
      void calls.carryOut(frame.val, caller, send).then(() => {
        if (out === MAX_CALLS) frames.pause(false);
        out -= 1;
      });
    };
    const frames = new FrameSocket(socket, head, received);
  }
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { upgrade: PROTOCOL, 'content-type': 'text/plain' });
  response.end(`The control API speaks ${PROTOCOL} after an upgrade; use vstar.\n`);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}
