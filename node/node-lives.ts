import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import type { EarlyFrames } from '#node/early-frames.ts';
import { HeldFrames, MAX_PROMISED_BYTES } from '#node/held-frames.ts';
import type { NodeRegisters } from '#node/registers/node-registers.ts';
import { UnreadFramesError } from '#p2p/errors.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import { LeaseKeeper } from '#p2p/registers/lease-keeper.ts';
import { LostNodes, type WatchedNode } from '#p2p/registers/lost-nodes.ts';

/** From when a node is first heard of: while many join at once they would all look at the leases of all. */
const MET_WITHIN_MS = 3_000;

export interface NodeLivesComponents {
  readonly network: PeerNetwork;
  /** Of that network. */
  readonly early: EarlyFrames;
  readonly registers: NodeRegisters;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * This life of the node and those of the others, by their leases: while this one's may have run out no guest of it runs and
 * nothing of it leaves the node, but waits until the lease is renewed, since others may wait for an answer; and what comes of
 * a life that is lost is not heard.
 */
export class NodeLives implements AsyncDisposable {
  /** Counts this node's starts. */
  readonly incarnation: number;
  /** Resolves when the others have taken this life for lost. */
  readonly fenced: Promise<void>;
  readonly #network: PeerNetwork;
  readonly #early: EarlyFrames;
  readonly #logger: Logger;
  readonly #lease: LeaseKeeper;
  readonly #lost: LostNodes;
  /** Of each other node the life that was met last. */
  readonly #met = new Map<string, number>();
  readonly #held = new HeldFrames();
  #kernel: Kernel | undefined;
  #onLost: (node: string) => void = () => {};

  constructor({ network, early, registers, clock, logger }: NodeLivesComponents) {
    this.#network = network;
    this.#early = early;
    this.#logger = logger;
    this.incarnation = this.#incarnationOf(network.self);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.fenced = promise;
    const { proposer } = registers;
    this.#lease = new LeaseKeeper(
      { proposer, clock, logger, bearsLoss: () => registers.bearsLoss },
      {
        node: network.self,
        incarnation: this.incarnation,
        onLost: resolve,
        onDeadline: (deadline) => {
          if (this.mayAct) this.#sendHeld();
          this.#kernel?.actUntil(deadline);
        },
      },
    );
    const others = (): readonly WatchedNode[] => this.others();
    this.#lost = new LostNodes({ proposer, clock, logger, others }, (node, incarnation) => {
      logger.info('a node is lost', { node, incarnation });
      this.#kernel?.nodeLost(node);
      this.#onLost(node);
    });
    this.#listen();
  }

  /** Whether what this node does may have an effect on others. */
  get mayAct(): boolean {
    return this.#lease.mayAct;
  }

  /** As `Peers.send`; what may not leave yet follows later, if this life goes on. */
  send(node: string, frame: Uint8Array, promised: boolean): boolean {
    if (this.mayAct) {
      if (!this.#held.isEmpty) this.#sendHeld();
      return this.#network.send(node, frame, promised);
    }
    const connected = this.#network.members().some((each) => each.id === node && each.connected);
    if (!connected) return false;
    const held = this.#held.hold(node, frame, promised);
    if (promised && !held)
      this.#network.giveUp(node, new UnreadFramesError(node, MAX_PROMISED_BYTES));
    return held;
  }

  /** Tells the kernel of what becomes of the other nodes, and first of the frames that it has missed. */
  follow(kernel: Kernel, onLost: (node: string) => void): void {
    this.#kernel = kernel;
    this.#onLost = onLost;
    kernel.actUntil(this.#lease.deadline);
    this.#early.handOver(
      (node, frame) => {
        if (!this.isLost(node, this.#met.get(node) ?? 0)) kernel.peerFrames.receive(node, frame);
      },
      (node, error) => {
        const { code, message } = error as Error & { code?: string };
        this.#logger.warn('a frame was not taken', { node, code, reason: message });
      },
    );
  }

  /** Whether a life of a node, or an earlier one of this node, is over, so that nothing of it has an effect any more. */
  isLost(node: string, incarnation: number): boolean {
    if (node === this.#network.self) return incarnation < this.incarnation;
    return this.#lost.isLost(node, incarnation);
  }

  /** For when the vTasks of this node have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lost[Symbol.dispose]();
    await this.#lease[Symbol.asyncDispose]();
  }

  #listen(): void {
    this.#network.listen({
      onFrame() {},
      onUp: (node) => {
        const incarnation = this.#incarnationOf(node);
        this.#met.set(node, incarnation);
        this.#lost.met(node, incarnation);
        this.#kernel?.nodeUp(node);
      },
      // What was under way on the connection may have been lost. Membership ends it where the node answers nobody.
      onDown: (node) => {
        this.#held.drop(node);
        this.#kernel?.nodeDown(node);
      },
      onOpinion: ({ what, node, incarnation }) => {
        if (what === 'joined') this.#lost.met(node, incarnation);
        else if (what === 'left') this.#lost.ended(node, incarnation);
        else if (what === 'suspect' || what === 'unreachable') this.#lost.look();
      },
      onRecord() {},
      onMember() {},
    });
  }

  /** The other nodes, as this one sees them. */
  others(): readonly WatchedNode[] {
    return this.#network
      .members()
      .filter(({ standing }) => standing !== 'self')
      .map(({ id, standing, incarnation, revoked, version, silentMs }) => {
        // Of one that is suspected the lease is looked at already: so it is not waited for twice.
        const reachable = standing === 'up' && !revoked;
        const fresh = version === '' && !revoked && silentMs < MET_WITHIN_MS;
        return { node: id, reachable, incarnation, fresh, revoked };
      });
  }

  #sendHeld(): void {
    for (const [node, frames] of this.#held.take())
      for (const frame of frames) this.#network.send(node, frame, true); // bounded when they were held
  }

  #incarnationOf(node: string): number {
    return this.#network.members().find(({ id }) => id === node)?.incarnation ?? 0;
  }
}
