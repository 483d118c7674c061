import type { NodeId } from '../node-id.ts';
import { PeerError } from '../errors.ts';

/** Why a relay, or the node at the other end, will not have a circuit. */
export type CircuitRefusalCode =
  /** The relay has no connection of its own with one of both. */
  | 'no-way'
  /** The relay, or the other end, has as many as it may. */
  | 'too-many'
  /** There is one of this name, or the message says nonsense. */
  | 'invalid'
  /** A leg did not come in time, or was lost. */
  | 'no-leg';

export class CircuitRefusedError extends PeerError {
  readonly code = 'circuit-refused';
  constructor(relay: NodeId, node: NodeId, refusal: string) {
    super(
      `node ${relay} does not pass on to node ${node}: ${refusal}; another relay, or a later attempt, may work`,
    );
  }
}

export class CircuitTimeoutError extends PeerError {
  readonly code = 'circuit-timeout';
  constructor(waitedMs: number) {
    super(`a circuit did not come about within ${waitedMs} ms`);
  }
}

export class UnexpectedLegError extends PeerError {
  readonly code = 'unexpected-leg';
  constructor(node: NodeId) {
    super(
      `node ${node} came with a leg that nobody waits for: only who is admitted and asked for a circuit gets one, while it stands`,
    );
  }
}

export class CircuitLostError extends PeerError {
  readonly code = 'circuit-lost';
  constructor(node: NodeId) {
    super(`the connection with node ${node} is gone, and with it what was passed on for it`);
  }
}
