import type { AcceptedState } from '#posiv-wit/generated/p2p/registers.ts';
import { leaseIn, leaseKey, LEASES } from './lease-record.ts';
import { registerOf } from './register-state.ts';

interface Life {
  readonly incarnation: number;
  readonly fenced: boolean;
}

/**
 * What stands before the registers of an acceptor: it lets in nothing of a life of a node that is over, as the lease that the
 * acceptor accepted last for that node says. The fencing token is in the name of each proposer, a node and its incarnation.
 * Whoever fences a lease has it accepted by a quorum, which shares an acceptor with any other: so from then on no change that
 * the fenced life begins is ever made, whatever it believes, and in whatever pause it was meanwhile.
 */
export class FencingGate {
  /** By node. */
  readonly #lives = new Map<string, Life>();

  /** The acceptor holds this of a register from now on. */
  holds(key: string, accepted: AcceptedState | undefined): void {
    if (!key.startsWith(LEASES) || accepted === undefined) return;
    const life = lifeIn(accepted);
    const node = key.slice(LEASES.length);
    if (life === undefined) this.#lives.delete(node);
    else this.#lives.set(node, life);
  }

  /** Whether a register must not be changed by this proposer. Its own lease may: by that it learns what has become of it. */
  refuses(proposer: string, key: string): boolean {
    const at = proposer.lastIndexOf('/');
    const node = proposer.slice(0, Math.max(0, at));
    const life = this.#lives.get(node);
    if (life === undefined || (key.startsWith(LEASES) && key === leaseKey(node))) return false;
    const incarnation = Number(proposer.slice(at + 1));
    return incarnation < life.incarnation || (incarnation === life.incarnation && life.fenced);
  }
}

/** What cannot be read says nothing of any life: it must not keep an acceptor from starting. */
function lifeIn({ state }: AcceptedState): Life | undefined {
  try {
    return leaseIn(registerOf(state));
  } catch {
    return undefined;
  }
}
