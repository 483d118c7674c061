import type { Kernel } from '#kernel/kernel.ts';
import type { Peers } from '#kernel/peers.ts';
import type { NodeLives } from '#node/node-lives.ts';
import { UnreadFramesError } from '#p2p/errors.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { NodeView } from '#posiv-wit/generated/managers.ts';

// Until a node has published that it runs a vTask, others must not send it all of theirs.
const PENDING_MS = 2_000;

/** The peer network as the kernel sees it. */
export class NodePeers implements Peers {
  readonly self: string;
  readonly #network: PeerNetwork;
  readonly #lives: NodeLives;
  readonly #now: () => number;
  readonly #sent = new Map<string, number[]>();
  #kernel: Kernel | undefined;

  constructor(network: PeerNetwork, lives: NodeLives, now: () => number) {
    this.#network = network;
    this.#lives = lives;
    this.#now = now;
    this.self = network.self;
  }

  /** Gives it the kernel whose figures are this node's own. */
  attach(kernel: Kernel): void {
    this.#kernel = kernel;
  }

  view(): readonly NodeView[] {
    return this.#network.members().map(({ id, standing, connected, record }) => {
      const own = standing === 'self' ? this.#kernel : undefined;
      return {
        id,
        reachable: connected && (standing === 'self' || standing === 'up'),
        lanes: own?.lanes ?? record?.lanes ?? 1,
        vtasks: own?.table.living ?? record?.vtasks ?? 0,
        memoryUsed: own?.table.memoryBytes ?? record?.memoryUsed ?? 0,
        memoryLimit: own?.memoryLimit ?? record?.memoryLimit ?? 0,
        pending: own ? 0 : this.#pending(id),
      };
    });
  }

  draining(): ReadonlySet<string> {
    const others = this.#network.members().filter(({ record }) => record?.draining);
    const ids = new Set(others.map(({ id }) => id));
    // What this node says of itself comes later.
    if (this.#kernel?.draining) ids.add(this.self);
    else ids.delete(this.self);
    return ids;
  }

  find(idOrName: string): string | undefined {
    const members = this.#network.members();
    const found =
      members.find(({ id }) => id === idOrName) ?? members.find(({ name }) => name === idOrName);
    return found?.id;
  }

  get incarnation(): number {
    return this.#lives.incarnation;
  }

  isLost(node: string, incarnation: number): boolean {
    return this.#lives.isLost(node, incarnation);
  }

  send(node: string, frame: Uint8Array, promised = false): boolean {
    return this.#lives.send(node, frame, promised);
  }

  giveUp(node: string, bytes: number): void {
    this.#network.giveUp(node, new UnreadFramesError(node, bytes));
  }

  /** A vTask has been sent to a node. */
  placed(node: string): void {
    const sent = this.#sent.get(node) ?? [];
    sent.push(this.#now());
    this.#sent.set(node, sent);
  }

  #pending(node: string): number {
    const sent = this.#sent.get(node);
    if (!sent) return 0;
    const since = this.#now() - PENDING_MS;
    while (sent.length > 0 && sent[0]! < since) sent.shift();
    return sent.length;
  }
}
