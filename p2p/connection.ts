import type { NodeId } from './node-id.ts';

/** What a connection is for; each has a protocol id of its own on the wire. */
export type Purpose = 'wire' | 'bulk';

export interface ConnectionEvents {
  /** Bytes in the order sent; how they were cut into sends is not kept. The view is the receiver's to keep. */
  onBytes(chunk: Uint8Array): void;
  /** What was queued has left, at least in part. */
  onDrain(): void;
  /** The connection is gone. Called at most once, and never after `end` or `cutOff`. */
  onClose(reason: string): void;
}

/**
 * A connection to one peer whose key the transport has verified. This is the simulator's seam: everything above it is
 * deterministic under the clock, randomness and tick that it is given.
 */
export interface PeerConnection {
  /** Derived from the key that the peer proved to hold. */
  readonly remote: NodeId;
  /** The bytes of its libp2p peer id, which hold the key itself. */
  readonly peerId: Uint8Array;
  /** Whether this side dialled. */
  readonly dialled: boolean;
  /** The other end, for logs. */
  readonly address: string;
  /** The member that passes on all that is said here; left out where nobody is in between. */
  readonly relay?: NodeId | undefined;
  /** Bytes that were sent here and have not left, because the peer takes no more. */
  readonly queuedBytes: number;
  /** Starts delivery; what arrived before is delivered then. Called once. */
  open(events: ConnectionEvents): void;
  /** Never waits. Does nothing on a closed connection. The bytes are the connection's from now on. */
  send(bytes: Uint8Array): void;
  /** Closes when what was sent has left, or soon after in any case. */
  end(): void;
  /** Closes at once and forgets what was not sent. */
  cutOff(error: Error): void;
}

/** Whether a third node passes on what is said: on a circuit of one leg, which the peer has dialled, nobody does. */
export function isRelayed({ relay, remote }: Pick<PeerConnection, 'relay' | 'remote'>): boolean {
  return relay !== undefined && relay !== remote;
}

/** What makes connections. */
export interface Transport extends AsyncDisposable {
  readonly self: NodeId;
  /** Where this node can be dialled. */
  readonly addresses: readonly string[];
  /** Whether `dial` understands the address. */
  isAddress(address: string): boolean;
  /**
   * A new connection at each call.
   * @throws {dial-failed} nobody answers there, or not in this language
   * @throws {dialled-self} this node answers there
   */
  dial(address: string, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection>;
  /** What circuits are made of; left out where there are none. */
  readonly legs?: Legs | undefined;
  /** Tells of nodes that say on the local network that they listen, and where; left out where nobody looks for them. */
  discover?: ((onNode: (node: NodeId, addresses: readonly string[]) => void) => void) | undefined;
  /** Takes the connections that others dial. Called once, before anything else. */
  accept(onConnection: (purpose: Purpose, connection: PeerConnection) => void): void;
}

/** A connection between a relay and one end of a circuit, before anything was said on it but the name of the circuit. */
export interface Leg {
  readonly remote: NodeId;
  /** Closes at once. */
  cutOff(error: Error): void;
}

/** Connections with a peer by way of a third node, which passes on bytes that it cannot read. */
export interface Legs {
  /**
   * Dials the other end of a leg and names the circuit that it is for.
   * @throws {dial-failed} {dialled-self}
   */
  dial(address: string, circuit: Uint8Array, signal: AbortSignal): Promise<Leg>;
  /** Takes the legs that others dial, strangers among them. Called once, before anything else. */
  accept(onLeg: (leg: Leg, circuit: Uint8Array) => void): void;
  /** Passes on what comes from either to the other, as fast as that one takes it, until one of them ends. */
  join(one: Leg, other: Leg, onEnd: () => void): void;
  /**
   * Proves, at the end of a leg that asked for the circuit, who is at the other one, and begins a connection with it.
   * @throws {dial-failed}
   */
  begin(leg: Leg, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection>;
  /** The same at the other end: the connection comes to whoever accepts those that others dial. */
  answer(leg: Leg): void;
}
