import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Authenticator, Identity, Refusal } from '#node/control/authenticator.ts';
import { createServer } from '#node/control/http.ts';
import { FrameSocket, PROTOCOL } from '#node/control/protocol.ts';
import { sessionCalls } from '#node/control/session-calls.ts';
import { OPEN_METRICS_TYPE, openMetricsText } from '#node/metrics/open-metrics.ts';
import { PortInUseError } from '#node/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import { covers } from '#posiv-wit/grant.ts';
import type { Metric } from '#posiv-wit/generated/admin.ts';
import type { CallFrame, Frame, ReturnFrame } from '#posiv-wit/generated/wire.ts';
import { err } from '#posiv-wit/result.ts';

// Calls that one client may have out, with those whose results it has not taken: past it, nothing more is read from it.
const MAX_CALLS = 256;
const METRICS = 'posiv:admin/metrics@0.1.0';
const REFUSALS = {
  401: '401 Unauthorized\r\nWWW-Authenticate: Bearer',
  403: '403 Forbidden',
} as const;

export interface ControlServerComponents {
  readonly kernel: Kernel;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  /** What whoever may is given as text. */
  readonly metrics: () => readonly Metric[];
}

export interface ControlServerInit {
  /** The path of the Unix socket; who may open it and shows no token is the owner. */
  readonly socket: string;
  /** A port of the loopback interface, 0 for any; undefined for none. */
  readonly port: number | undefined;
}

/** The control API: POSIV for programs outside. Each connection is a vTask, and ends with all it made. */
export class ControlServer implements AsyncDisposable {
  readonly #components: ControlServerComponents;
  readonly #servers: Server[] = [];
  readonly #sockets = new Map<Socket, string>();

  constructor(components: ControlServerComponents) {
    this.#components = components;
  }

  /**
   * Listens. Returns the port.
   * @throws {port-in-use}
   */
  async listen({ socket, port }: ControlServerInit): Promise<number | undefined> {
    await this.#listen({ path: socket }, true);
    if (port === undefined) return undefined;
    const server = await this.#listen({ host: '127.0.0.1', port }, false);
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  /** Closes the connections of a tenant. */
  disconnect(tenant: string): void {
    for (const [socket, whose] of this.#sockets) if (whose === tenant) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy();
    await Promise.all(
      this.#servers.map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }

  async #listen(
    at: { path: string } | { host: string; port: number },
    onlyOwner: boolean,
  ): Promise<Server> {
    const server = createServer({ headersTimeout: 5_000 }, (request, response) =>
      this.#answer(request, response, onlyOwner),
    );
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head, onlyOwner),
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

  /** What is asked without an upgrade: the metrics, by the owner. */
  #answer(request: IncomingMessage, response: ServerResponse, onlyOwner: boolean): void {
    if (request.method !== 'GET' || request.url !== '/metrics') return refuse(response);
    const { authenticator, metrics } = this.#components;
    const identity = authenticator.identify(request.headers, onlyOwner);
    const refusal = identity.ok ? metricsRefusal(identity.value) : identity.error;
    if (refusal) {
      const challenge = refusal.status === 401 && { 'www-authenticate': 'Bearer' };
      response.writeHead(refusal.status, { ...challenge, 'content-type': 'text/plain' });
      response.end(`${refusal.why}\n`);
      return;
    }
    response.writeHead(200, { 'content-type': OPEN_METRICS_TYPE });
    response.end(openMetricsText(metrics()));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer, onlyOwner: boolean): void {
    socket.on('error', (error) =>
      this.#components.logger.debug('a control connection failed', { error: error.message }),
    );
    const identity = this.#components.authenticator.identify(request.headers, onlyOwner);
    if (!identity.ok)
      return void socket.end(
        `HTTP/1.1 ${REFUSALS[identity.error.status]}\r\nConnection: close\r\n\r\n`,
      );
    if (request.headers.upgrade !== PROTOCOL)
      return void socket.end(`HTTP/1.1 426 Upgrade Required\r\nUpgrade: ${PROTOCOL}\r\n\r\n`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${PROTOCOL}\r\n\r\n`,
    );
    this.#serve(socket, head, identity.value);
  }

  #serve(socket: Socket, head: Buffer, identity: Identity): void {
    const { kernel } = this.#components;
    const session = kernel.sessions.open(identity.tenant, identity.grants);
    const { vtid, creator, tenant, grants } = session.vtask;
    const caller = { vtid, creator, tenant, grants, node: undefined };
    const calls = sessionCalls(kernel, session);
    this.#sockets.set(socket, tenant);
    // An upgraded connection stays half open unless it is closed from both sides.
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      session.close();
    });
    const carryOut = async (call: CallFrame): Promise<void> => {
      const send = (returned: ReturnFrame): void => frames.send({ tag: 'returned', val: returned });
      const [wanted = ''] = call.function.split('#', 1);
      if (grants.some((grant) => covers(grant, wanted))) await calls.carryOut(call, caller, send);
      else send({ id: call.id, outcome: err(`${wanted} is not granted to ${tenant}`) });
      await frames.drained(); // who does not read what it is answered asks for no more
    };
    let out = 0;
    const received = (frame: Frame): void => {
      if (frame.tag !== 'call') return;
      out += 1;
      if (out === MAX_CALLS) frames.pause(true);
      void carryOut(frame.val).then(() => {
        out -= 1;
        if (out === MAX_CALLS - 1) frames.pause(false);
      });
    };
    const frames = new FrameSocket(socket, head, received);
  }
}

function metricsRefusal({ tenant, grants }: Identity): Refusal | undefined {
  if (grants.some((grant) => covers(grant, METRICS))) return undefined;
  return { status: 403, why: `/metrics is for the node's owner: the token is that of ${tenant}` };
}

function refuse(response: ServerResponse): void {
  response.writeHead(426, { upgrade: PROTOCOL, 'content-type': 'text/plain' });
  response.end(`The control API speaks ${PROTOCOL} after an upgrade; use vstar.\n`);
}
