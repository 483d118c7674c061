import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import { sizeOf, type Holding } from './holding.ts';
import type { Delta } from '#posiv-wit/generated/p2p/registry.ts';

const GAP_MS = 100; // between two rounds: of many changes only the last is sent
const FIGURES_GAP_MS = 20; // for each peer, where only figures have changed: what a node sends does not grow with the cluster
const BYTES_PER_SECOND = 64 * 1024; // in the long run, to all peers together
const ROUND_BYTES = 64 * 1024; // in one round, or the least part for each peer
const LEAST_PART_BYTES = 1_024;
const MOST_PART_BYTES = 24 * 1024; // with what is around it, less than a message may have

export interface PushesInit {
  self: NodeId;
  /** Of this node itself. */
  holding: Holding;
  /** False where it was not sent. */
  send: (to: NodeId, delta: Delta) => boolean;
}

/** Tells each peer that there is a connection with what has changed of this node since it was last told. */
export class Pushes {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #init: PushesInit;
  /** Up to which version each has been told. */
  readonly #told = new Map<NodeId, number>();
  #roundAt = -Infinity;
  #roundBytes = 0;
  #due: number | undefined;
  #stop: () => void = () => undefined;

  constructor(clock: Pick<Clock, 'now' | 'after'>, init: PushesInit) {
    this.#clock = clock;
    this.#init = init;
  }

  /** There is a connection with a peer that holds all up to a version. */
  connected(peer: NodeId, version: number): void {
    this.#told.set(peer, Math.min(version, this.#init.holding.version));
    this.#tell(peer, LEAST_PART_BYTES);
    if (this.#isBehind(peer)) this.#schedule(GAP_MS);
  }

  disconnected(peer: NodeId): void {
    this.#told.delete(peer);
  }

  /** @param onlyFigures the peers need not hear of it at once */
  changed(onlyFigures: boolean): void {
    const { size } = this.#told;
    this.#schedule(onlyFigures ? Math.max(GAP_MS, size * FIGURES_GAP_MS) : GAP_MS);
  }

  close(): void {
    this.#stop();
    this.#told.clear();
  }

  /** A round so long after the last, or at once if that is over; not later than one that is scheduled. */
  #schedule(gapMs: number): void {
    const paidMs = (this.#roundBytes * 1_000) / BYTES_PER_SECOND;
    const due = this.#roundAt + Math.max(gapMs, paidMs);
    if (this.#due !== undefined && this.#due <= due) return;
    this.#stop();
    const waitMs = due - this.#clock.now();
    if (waitMs <= 0) this.#round();
    else {
      this.#due = due;
      this.#stop = this.#clock.after(waitMs, () => this.#round());
    }
  }

  #round(): void {
    this.#due = undefined;
    this.#roundAt = this.#clock.now();
    this.#roundBytes = 0;
    const share = ROUND_BYTES / Math.max(1, this.#told.size);
    const part = Math.min(MOST_PART_BYTES, Math.max(LEAST_PART_BYTES, share));
    for (const peer of this.#told.keys()) this.#tell(peer, part);
    for (const peer of this.#told.keys())
      if (this.#isBehind(peer)) {
        this.#schedule(GAP_MS);
        return;
      }
  }

  #tell(peer: NodeId, maxBytes: number): void {
    const { holding, self, send } = this.#init;
    const told = this.#told.get(peer)!;
    const [delta] = holding.since(self, told, maxBytes);
    if (delta === undefined || !send(peer, delta)) return;
    this.#told.set(peer, delta.until);
    this.#roundBytes += sizeOf(delta);
  }

  #isBehind(peer: NodeId): boolean {
    return this.#told.get(peer)! < this.#init.holding.version;
  }
}
