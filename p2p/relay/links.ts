import type { NodeId } from '../node-id.ts';
import type { RelayMessage } from '#posiv-wit/generated/p2p/relay.ts';

/** The connection with a member, for what is said of circuits. */
export interface RelayLink {
  readonly node: NodeId;
  /** Whether this side dialled it: then this side dials the legs, too. */
  readonly dialled: boolean;
  /** Where this side dialled it. */
  readonly address: string;
  send(message: RelayMessage): void;
}

export interface RelayLinks {
  /** The connection with a member, if there is one without a relay in between. */
  direct(node: NodeId): RelayLink | undefined;
}
