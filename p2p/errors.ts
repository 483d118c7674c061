import type { NodeId } from './node-id.ts';

/** Recognise by `code`. */
export abstract class PeerError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

// Settings and stores

export class BadSettingError extends PeerError {
  readonly code = 'bad-setting';
  constructor(setting: string, value: unknown, wanted: string) {
    super(`setting ${setting} is ${JSON.stringify(value)}: give ${wanted}`);
  }
}

export class RosterMismatchError extends PeerError {
  readonly code = 'roster-mismatch';
  constructor(self: NodeId) {
    super(
      `the stored roster is not of node ${self}: restore the identity that belongs to it, or remove both`,
    );
  }
}

export class RosterLostError extends PeerError {
  readonly code = 'roster-lost';
  constructor(self: NodeId, incarnation: number) {
    super(
      `node ${self} has started ${incarnation} times, but its roster is gone: restore it, or remove the identity too and join as a new node`,
    );
  }
}

export class ListenFailedError extends PeerError {
  readonly code = 'listen-failed';
  constructor(addresses: readonly string[], cause: unknown) {
    super(
      `cannot listen at ${addresses.join(', ')}: ${listenFault(cause)}; choose a free port and an address of this machine`,
      { cause },
    );
  }
}

/** libp2p's message has a list of addresses with the stack of each: the first line of the first says what is wrong. */
function listenFault(cause: unknown): string {
  const message = describe(cause);
  return /^\s+\/\S+: (?:Error: )?(.+)$/m.exec(message)?.[1] ?? message;
}

export class NotReadyError extends PeerError {
  readonly code = 'not-ready';
  constructor(why: string, cause: unknown) {
    super(`gave up waiting to become ready: ${why}`, { cause });
  }
}

export class DisposedError extends PeerError {
  readonly code = 'network-closed';
  constructor() {
    super('this peer network was closed: make another one');
  }
}

export class RecordTooLargeError extends PeerError {
  readonly code = 'record-too-large';
  constructor(what: string, size: number, limit: number) {
    super(`the record has ${size} ${what}, at most ${limit} are possible: publish less`);
  }
}

export class InvalidRecordError extends PeerError {
  readonly code = 'invalid-record';
  constructor(what: string, options?: ErrorOptions) {
    super(`invalid record: ${what}`, options);
  }
}

// Dialling

export class DialFailedError extends PeerError {
  readonly code = 'dial-failed';
  constructor(address: string, cause: unknown) {
    super(`nobody to talk to at ${address}: ${describe(cause)}`, { cause });
  }
}

export class DialledSelfError extends PeerError {
  readonly code = 'dialled-self';
  constructor(address: string) {
    super(
      `${address} has this node's own key: remove the address, or give each node a key of its own`,
    );
  }
}

export class WrongPeerError extends PeerError {
  readonly code = 'wrong-peer';
  constructor(address: string, wanted: NodeId, found: NodeId) {
    super(`node ${found} answers at ${address}, where ${wanted} used to be`);
  }
}

// What a peer is cut off for

export class FrameTooLargeError extends PeerError {
  readonly code = 'frame-too-large';
  constructor(size: number, limit: number) {
    super(`a frame of ${size} bytes was announced, at most ${limit} are allowed here`);
  }
}

export class MalformedFrameError extends PeerError {
  readonly code = 'malformed-frame';
  constructor(what: string, options?: ErrorOptions) {
    super(`malformed frame: ${what}`, options);
  }
}

export class UnexpectedFrameError extends PeerError {
  readonly code = 'unexpected-frame';
  constructor(kind: string | number, when: string) {
    super(`a frame of kind ${kind} came ${when}`);
  }
}

export class HelloTimeoutError extends PeerError {
  readonly code = 'hello-timeout';
  constructor(afterMs: number) {
    super(`no complete hello within ${afterMs} ms`);
  }
}

export class PeerSilentError extends PeerError {
  readonly code = 'peer-silent';
  constructor(silentMs: number) {
    super(`nothing heard for ${Math.round(silentMs)} ms`);
  }
}

export class ConnectionClosedError extends PeerError {
  readonly code = 'connection-closed';
  constructor(reason: string) {
    super(`the connection was closed: ${reason}`);
  }
}

export class TooManyConnectionsError extends PeerError {
  readonly code = 'too-many-connections';
  constructor(what: string, limit: number) {
    super(`more than ${limit} ${what}: this one is cut off`);
  }
}

export class NotOurProtocolError extends PeerError {
  readonly code = 'not-our-protocol';
  constructor(what: string) {
    super(`it does not speak as a node does: ${what}`);
  }
}

export class TooMuchHeldError extends PeerError {
  readonly code = 'too-much-held';
  /** @param when as `before there was anybody to hear it` */
  constructor(bytes: number, when: string, limit: number) {
    super(`${bytes} bytes came ${when}, at most ${limit} are held`);
  }
}

export class MuxerOverrunError extends PeerError {
  readonly code = 'muxer-overrun';
  constructor(what: string, bytes: number, limit: number) {
    super(`${bytes} bytes of ${what} are held for it, at most ${limit} are allowed`);
  }
}

/** Others and this node have waited for its answer in vain; the connection has not noticed yet. */
export class PeerUnreachableError extends PeerError {
  readonly code = 'peer-unreachable';
  constructor(id: NodeId) {
    super(`node ${id} does not answer anybody, so the connection with it is given up`);
  }
}

/** It asks, and does not read what it is answered. */
export class UnreadAnswersError extends PeerError {
  readonly code = 'unread-answers';
  constructor(bytes: number, limit: number) {
    super(`${bytes} bytes of answers wait for it, ${limit} may: it asks on and does not read`);
  }
}

/** What the peer must hear of finds no room on the way any more. */
export class UnreadFramesError extends PeerError {
  readonly code = 'unread-frames';
  constructor(id: NodeId, limit: number) {
    super(
      `more than ${limit} bytes wait that are to go to node ${id}: the connection with it is given up, so that whoever waits for them hears of it`,
    );
  }
}

export class StrangerError extends PeerError {
  readonly code = 'stranger';
  constructor(id: NodeId) {
    super(`node ${id} pulls, and there is no connection on which it has proved to be a member`);
  }
}

// Why a hello is refused: the codes are those of admission.refusal-code

export class VersionMismatchError extends PeerError {
  readonly code = 'version-mismatch';
  constructor(theirs: number, ours: number) {
    super(
      `protocol ${theirs} was offered, this cluster speaks ${ours}: run the same version of vstar on all nodes`,
    );
  }
}

export class IdentityMismatchError extends PeerError {
  readonly code = 'identity-mismatch';
  constructor(claimed: string, proven: NodeId) {
    super(`the hello says ${JSON.stringify(claimed)}, but the key is that of ${proven}`);
  }
}

export class ForeignClusterError extends PeerError {
  readonly code = 'foreign-cluster';
  /** @param theirs what names a cluster, as `cluster c...` */
  constructor(theirs: string, ours: string) {
    super(
      `that is of ${theirs}, this node of ${ours}: clusters cannot be merged, join with a data folder of its own`,
    );
  }
}

export class DuplicateIdentityError extends PeerError {
  readonly code = 'duplicate-identity';
  constructor(id: NodeId, living: number, offered: number) {
    super(
      `node ${id} is alive in incarnation ${living}, and another process says incarnation ${offered} with the same key, as on a copy of its data folder: give each node a key of its own`,
    );
  }
}

export class StaleIncarnationError extends PeerError {
  readonly code = 'stale-incarnation';
  constructor(id: NodeId, known: number, offered: number) {
    super(
      `node ${id} was seen in incarnation ${known} and comes back with ${offered}: its data folder is an older copy, or in use twice. Start the newer one, or raise its counter of starts above ${known}`,
    );
  }
}

export class AlreadyConnectedError extends PeerError {
  readonly code = 'already-connected';
  constructor(id: NodeId) {
    super(`node ${id} is connected already`);
  }
}

export class CrossingDialsError extends PeerError {
  readonly code = 'crossing-dials';
  constructor(id: NodeId) {
    super(`a connection with node ${id} is being made in the other direction`);
  }
}

export class RosterFullError extends PeerError {
  readonly code = 'roster-full';
  constructor(limit: number) {
    super(
      `the roster would pass ${limit} nodes, or what their names and addresses may take in a hello`,
    );
  }
}

export class MalformedHelloError extends PeerError {
  readonly code = 'malformed-hello';
  constructor(what: string) {
    super(`malformed hello: ${what}`);
  }
}

export class StorageFailedError extends PeerError {
  readonly code = 'storage-failed';
  /** @param what as `roster` */
  constructor(what: string, cause: unknown) {
    super(`the ${what} could not be stored: ${describe(cause)}`, { cause });
  }
}

/** The peer refused this node's hello; `refusal` is its code. */
export class HelloRefusedError extends PeerError {
  readonly code = 'hello-refused';
  readonly refusal: string;
  /** What the peer said of it. */
  readonly told: string;
  constructor(refusal: string, told: string) {
    super(`the peer refused the hello (${refusal}): ${told}`);
    this.refusal = refusal;
    this.told = told;
  }
}

// Pulls

export class NotConnectedError extends PeerError {
  readonly code = 'not-connected';
  constructor(node: NodeId, why: string) {
    super(`node ${node} is not connected (${why}): pull from another node, or later`);
  }
}

/** The other node, or its store, gave up a pull; `reason` is the code that it gave. */
export class PullFailedError extends PeerError {
  readonly code = 'pull-failed';
  readonly reason: string;
  constructor(name: string, reason: string, message: string) {
    super(`pull of ${JSON.stringify(name)} failed (${reason}): ${message}`);
    this.reason = reason;
  }
}

export class PullStalledError extends PeerError {
  readonly code = 'pull-stalled';
  constructor(name: string, afterMs: number) {
    super(`pull of ${JSON.stringify(name)}: nothing came for ${afterMs} ms`);
  }
}

export class PullUntakenError extends PeerError {
  readonly code = 'pull-untaken';
  constructor(name: string, waitedMs: number) {
    super(`who pulls ${JSON.stringify(name)} has taken nothing of it for ${waitedMs} ms`);
  }
}

export class PullSizeError extends PeerError {
  readonly code = 'pull-size';
  constructor(name: string, promised: number, given: number) {
    super(`${JSON.stringify(name)} was opened with ${promised} bytes but gave ${given}`);
  }
}

/** For logs and messages. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stable code of an error, or `other`. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : 'other';
}
