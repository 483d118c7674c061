import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import {
  codeOf,
  DialFailedError,
  DialledSelfError,
  describe,
  HelloTimeoutError,
  ListenFailedError,
  TooManyConnectionsError,
} from '../errors.ts';
import { NotOurProtocolError, UnexpectedFrameError } from '../errors.ts';
import { isGreedy } from '../fair-share.ts';
import { nodeIdOf, type NodeId } from '../node-id.ts';
import { originOf } from '../origin.ts';
import { Libp2pLegs, StreamLeg } from './libp2p-legs.ts';
import { guardedYamux } from './guarded-yamux.ts';
import { leanNoise } from './lean-noise.ts';
import { StreamConnection } from './stream-connection.ts';
import type { PeerConnection, Purpose, Transport } from '../connection.ts';
import type { Clock, Logger } from '../environment.ts';
import type { Lan } from './lan.ts';
import type { NodeKey } from './node-key.ts';
import type {
  Connection,
  ConnectionGater,
  Libp2p,
  MultiaddrConnection,
  Stream,
  Upgrader,
} from '@libp2p/interface';

const PROTOCOLS: { readonly [purpose in Purpose]: string } = {
  wire: '/vstar/wire/0.1.0',
  bulk: '/vstar/bulk/0.1.0',
};
const LEG_PROTOCOL = '/vstar/relay/0.1.0';
// Of libp2p's defaults, those two kept 16 nodes on one host from ever forming a cluster (notes on libp2p).
const MAX_INBOUND_PER_SECOND = 1_000; // from one address
const MAX_PENDING_INBOUND = 500; // being encrypted; of one origin as many as are left
const MAX_CONNECTIONS = 4_096; // three for each member of a full roster, and as many as are pending
// Inbound ones that have not said what they are for. Whoever means well does so within a round trip: so the oldest goes first.
const MAX_UNUSED = 256;
const MAX_DIALS = 200; // at a time
const DIAL_ATTEMPTS = 3; // libp2p may answer one dial with the connection of another that runs beside it

export interface Libp2pTransportComponents {
  key: NodeKey;
  clock: Clock;
  logger: Logger;
}

export interface Libp2pTransportInit {
  listen: readonly string[];
  announce: readonly string[];
  helloTimeoutMs: number;
  /** Whether to look for nodes of the local network, and to be found. */
  lan: boolean;
}

/** @throws {listen-failed} */
export async function createTransport(
  components: Libp2pTransportComponents,
  init: Libp2pTransportInit,
): Promise<Transport> {
  const { key, logger } = components;
  const { listen, announce, helloTimeoutMs } = init;
  try {
    const host = await createLibp2p({
      privateKey: key.privateKey,
      addresses: { listen: [...listen], announce: [...announce] },
      transports: [tcp()],
      connectionEncrypters: [leanNoise()],
      streamMuxers: [guardedYamux(logger)],
      connectionGater: watchInbound(logger),
      connectionMonitor: { enabled: false }, // it drops a peer whose event loop is busy; the heartbeat is our own
      connectionManager: {
        inboundConnectionThreshold: MAX_INBOUND_PER_SECOND,
        maxIncomingPendingConnections: MAX_PENDING_INBOUND,
        maxConnections: MAX_CONNECTIONS,
        maxParallelDials: MAX_DIALS,
        inboundUpgradeTimeout: helloTimeoutMs,
        inboundStreamProtocolNegotiationTimeout: helloTimeoutMs,
      },
      services: { upgrader: ({ upgrader }: { upgrader: Upgrader }) => upgrader },
    });
    // Whoever does not look for others there need not load what does.
    const lan = init.lan ? new (await import('./lan.ts')).Lan(host) : undefined;
    return new Libp2pTransport(components, init, host, lan);
  } catch (error) {
    throw new ListenFailedError(listen, error);
  }
}

type Host = Libp2p<{ upgrader: Upgrader }>;

class Libp2pTransport implements Transport {
  readonly self: NodeId;
  readonly #components: Libp2pTransportComponents;
  readonly #init: Libp2pTransportInit;
  readonly #host: Host;
  readonly #lan: Lan | undefined;
  readonly discover: Transport['discover'];
  readonly legs: Libp2pLegs;
  /** Connections that have found their purpose, or been dialled for one. */
  readonly #taken = new WeakSet<Connection>();
  /** Those of others of which the purpose is not known yet, the oldest first. */
  readonly #unused = new Set<Connection>();

  constructor(
    components: Libp2pTransportComponents,
    init: Libp2pTransportInit,
    host: Host,
    lan: Lan | undefined,
  ) {
    this.#lan = lan;
    this.discover =
      lan &&
      ((onNode) =>
        void lan.start(onNode).catch((error: unknown) => {
          const fields = { code: codeOf(error), reason: describe(error) };
          components.logger.warn('nodes of the local network are not looked for', fields);
        }));
    this.#components = components;
    this.#init = init;
    this.#host = host;
    this.self = components.key.id;
    const { upgrader } = host.services;
    this.legs = new Libp2pLegs(
      { ...components, upgrader },
      {
        helloTimeoutMs: init.helloTimeoutMs,
        dial: async (address, signal) => {
          const { connection, stream } = await this.#dial(address, LEG_PROTOCOL, signal);
          return new StreamLeg(connection, stream);
        },
        open: async (connection, purpose, signal) => {
          this.#taken.add(connection);
          const stream = await open(connection, PROTOCOLS[purpose], signal);
          return new StreamConnection(connection, stream);
        },
      },
    );
  }

  get addresses(): readonly string[] {
    return this.#host.getMultiaddrs().map((address) => address.toString());
  }

  isAddress(address: string): boolean {
    try {
      return multiaddr(address)
        .getComponents()
        .some(({ name }) => name === 'tcp');
    } catch {
      return false;
    }
  }

  accept(onConnection: (purpose: Purpose, connection: PeerConnection) => void): void {
    const host = this.#host;
    for (const purpose of ['wire', 'bulk'] as const)
      this.#handle(PROTOCOLS[purpose], (connection, stream) => {
        this.#unused.delete(connection);
        onConnection(purpose, new StreamConnection(connection, stream));
      });
    this.#handle(LEG_PROTOCOL, (connection, stream) => {
      const named = this.legs.receive(new StreamLeg(connection, stream));
      void named.finally(() => this.#unused.delete(connection));
    });
    host.addEventListener('connection:open', ({ detail }) => this.#expectStream(detail));
    host.addEventListener('peer:disconnect', ({ detail }) => {
      // Otherwise strangers that come and go with ever new keys fill it.
      host.peerStore.delete(detail).catch((error: unknown) => {
        this.#components.logger.debug('peer store', { reason: describe(error) });
      });
    });
  }

  async dial(address: string, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection> {
    const { connection, stream } = await this.#dial(address, PROTOCOLS[purpose], signal);
    return new StreamConnection(connection, stream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lan?.[Symbol.asyncDispose]();
    await this.#host.stop();
  }

  #handle(protocol: string, onStream: (connection: Connection, stream: Stream) => void): void {
    void this.#host.handle(
      protocol,
      (stream, connection) => {
        if (this.#isSecond(stream, connection)) return;
        this.#taken.add(connection);
        onStream(connection, stream);
      },
      { maxInboundStreams: 1, maxOutboundStreams: 1 },
    );
  }

  /** @throws {dial-failed} {dialled-self} */
  async #dial(
    address: string,
    protocol: string,
    signal: AbortSignal,
  ): Promise<{ readonly connection: Connection; readonly stream: Stream }> {
    try {
      const connection = await this.#connect(address, signal);
      return { connection, stream: await open(connection, protocol, signal) };
    } catch (error) {
      if (isDialToSelf(error)) throw new DialledSelfError(address);
      throw codeOf(error) === 'dialled-self'
        ? error
        : new DialFailedError(address, signal.aborted ? signal.reason : error);
    }
  }

  async #connect(address: string, signal: AbortSignal): Promise<Connection> {
    for (let attempt = 0; attempt < DIAL_ATTEMPTS; attempt++) {
      const connection = await this.#host.dial(multiaddr(address), { force: true, signal });
      if (nodeIdOf(connection.remotePeer.toMultihash().bytes) === this.self) {
        connection.abort(new DialledSelfError(address));
        throw new DialledSelfError(address);
      }
      if (this.#taken.has(connection)) continue;
      this.#taken.add(connection);
      return connection;
    }
    throw new Error('other dials to the same node are in the way');
  }

  #isSecond(stream: Stream, connection: Connection): boolean {
    if (!this.#taken.has(connection)) return false;
    this.#cutOff(
      connection,
      new UnexpectedFrameError(stream.protocol, 'as a second stream of one connection'),
    );
    return true;
  }

  #expectStream(connection: Connection): void {
    if (connection.direction !== 'inbound') return;
    const { helloTimeoutMs } = this.#init;
    const cancel = this.#components.clock.after(helloTimeoutMs, () => {
      if (!this.#taken.has(connection))
        this.#cutOff(connection, new HelloTimeoutError(helloTimeoutMs));
    });
    const onClose = (): void => {
      cancel();
      this.#unused.delete(connection);
    };
    connection.addEventListener('close', onClose, { once: true });
    this.#unused.add(connection);
    const [oldest] = this.#unused;
    if (this.#unused.size <= MAX_UNUSED || oldest === undefined) return;
    this.#unused.delete(oldest);
    this.#cutOff(oldest, new TooManyConnectionsError('connections without a purpose', MAX_UNUSED));
  }

  #cutOff(connection: Connection, error: Error): void {
    const node = nodeIdOf(connection.remotePeer.toMultihash().bytes);
    const address = connection.remoteAddr.toString();
    this.#components.logger.warn('cut off a peer', {
      node,
      address,
      code: codeOf(error),
      reason: error.message,
    });
    connection.abort(error);
  }
}

async function open(
  connection: Connection,
  protocol: string,
  signal: AbortSignal,
): Promise<Stream> {
  try {
    return await connection.newStream(protocol, { signal });
  } catch (error) {
    connection.abort(error as Error);
    throw error;
  }
}

/** Tells the log of connections that never get as far as a key: rubbish, other protocols, slow ones. */
function watchInbound(logger: Logger): ConnectionGater {
  const greeting = new Map<string, string>(); // and where each comes from
  return {
    denyInboundConnection(connection: MultiaddrConnection): boolean {
      const address = connection.remoteAddr.toString();
      const origin = originOf(address);
      const own = [...greeting.values()].filter((each) => each === origin);
      if (isGreedy(own.length, greeting.size, MAX_PENDING_INBOUND)) return true;
      greeting.set(address, origin);
      connection.addEventListener('close', ({ error }) => {
        if (!greeting.delete(address)) return;
        const reason = new NotOurProtocolError(
          error?.message ?? 'it left while the connection was being encrypted',
        );
        logger.warn('cut off a peer', { address, code: reason.code, reason: reason.message });
      });
      return false;
    },
    denyInboundUpgradedConnection(_peer, connection): boolean {
      greeting.delete(connection.remoteAddr.toString());
      return false;
    },
  };
}

function isDialToSelf(error: unknown): boolean {
  return error instanceof Error && /dial self/i.test(error.message); // libp2p gives it no name of its own
}
