import { mdns } from '@libp2p/mdns';
import { nodeIdOf, type NodeId } from '../node-id.ts';
import type { Libp2p, PeerInfo } from '@libp2p/interface';
import type { Startable } from '@libp2p/interface';

const SERVICE = '_vstar._udp.local';
const ASK_EVERY_MS = 10_000;

/**
 * Nodes of the local network, by multicast DNS: each answers whoever asks with its key and its private addresses. Anybody can
 * say anything there, so what is heard is a hint where to dial, and nothing of it is kept by libp2p.
 */
export class Lan implements AsyncDisposable {
  readonly #discovery: ReturnType<ReturnType<typeof mdns>> & Partial<Startable>;

  constructor(host: Libp2p) {
    const addressManager = { getAddresses: () => host.getMultiaddrs() };
    this.#discovery = mdns({ serviceTag: SERVICE, interval: ASK_EVERY_MS })({
      addressManager,
      logger: host.logger,
    } as unknown as Parameters<ReturnType<typeof mdns>>[0]);
  }

  /** Begins to ask, and to answer. */
  async start(onNode: (node: NodeId, addresses: readonly string[]) => void): Promise<void> {
    this.#discovery.addEventListener('peer', ({ detail }: CustomEvent<PeerInfo>) => {
      const node = nodeIdOf(detail.id.toMultihash().bytes);
      onNode(
        node,
        detail.multiaddrs.map((address) => address.toString()),
      );
    });
    await this.#discovery.start?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#discovery.stop?.();
  }
}
