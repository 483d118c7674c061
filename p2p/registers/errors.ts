import { PeerError } from '../errors.ts';

// What a caller sees

/** No quorum, of acceptors or in etcd, answered in time, and nothing was changed. */
export class RegisterUnavailableError extends PeerError {
  readonly code = 'register-unavailable';
  constructor(key: string) {
    super(
      `no quorum of those that keep the registers answered for register '${key}' in time; it was not changed: try again once they can be reached (vstar cluster registers shows which do)`,
    );
  }
}

/** The change may or may not have been made, or may still be made by whoever finds it half done. */
export class RegisterUnknownError extends PeerError {
  readonly code = 'register-unknown';
  constructor(key: string) {
    super(
      `a change of register '${key}' was broken off after somebody who keeps it may have accepted it: read the register before trying again`,
    );
  }
}

/** The others have taken this life of the node for lost: nothing of it changes a register any more. */
export class RegisterFencedError extends PeerError {
  readonly code = 'register-fenced';
  constructor(key: string) {
    super(
      `register '${key}' was not changed: the lease of this start of the node is fenced; it ends, and starts anew`,
    );
  }
}

export class RegisterRefusedError extends PeerError {
  readonly code = 'register-refused';
}

export class RegistersBusyError extends PeerError {
  readonly code = 'registers-busy';
  constructor(limit: number) {
    super(`${limit} operations on registers wait on this node already: try again later`);
  }
}

/** The lease is another incarnation's, which has not run out yet. */
export class LeaseHeldError extends PeerError {
  readonly code = 'lease-held';
  constructor(node: string, incarnation: number) {
    super(`incarnation ${incarnation} of node ${node} holds its lease: wait until it has run out`);
  }
}

/** The lease was taken away: whatever acts under its token must stop. */
export class LeaseLostError extends PeerError {
  readonly code = 'lease-lost';
  constructor(node: string, token: number) {
    super(`the lease of node ${node} with token ${token} was lost: end what acts under it`);
  }
}

// Where registers are kept

/** Etcd understood what it was asked, and does not do it. */
export class EtcdRefusedError extends PeerError {
  readonly code = 'etcd-refused';
  constructor(endpoints: string, reason: string) {
    super(
      `etcd at ${endpoints} refuses: ${reason}; see to the URL and to the user that this node was given`,
    );
  }
}

/** What this cluster has in etcd is not there, or never was. */
export class RegistersMissingError extends PeerError {
  readonly code = 'registers-missing';
  constructor(cluster: string, endpoints: string) {
    super(
      `etcd at ${endpoints} has no registers of cluster ${cluster}: give the etcd that the cluster's first node was given, restore its data, or start this node without etcd if the cluster has none`,
    );
  }
}

/** The registers of one cluster are kept in one place: nodes that use two would agree on nothing. */
export class RegistersMismatchError extends PeerError {
  readonly code = 'registers-mismatch';
  constructor(kept: string, given: string) {
    super(
      `the registers of this cluster are kept ${kept}, and this node was told to keep them ${given}: start it with the same --registers as the others`,
    );
  }
}

// Acceptors and their logs

/** An acceptor's log holds what no acceptor writes there. */
export class AcceptorLogMalformedError extends PeerError {
  readonly code = 'acceptor-log-malformed';
  constructor(what: string, options?: ErrorOptions) {
    super(
      `the log of this node's acceptor is not sound: ${what}. Restore it from this node's own disk, or remove it and have the acceptor replaced`,
      options,
    );
  }
}

export class AcceptorLogForeignError extends PeerError {
  readonly code = 'acceptor-log-foreign';
  constructor(what: string, found: string, wanted: string) {
    super(
      `the log of this node's acceptor is of ${what} ${found}, and this is ${wanted}: give each node a data folder of its own`,
    );
  }
}

/** The acceptor that decided it is none any more: a new quorum was forced. */
export class AcceptorRenewedError extends PeerError {
  readonly code = 'acceptor-renewed';
  constructor() {
    super('the acceptor of this node begins anew, since a new quorum was forced');
  }
}

/** A quorum of acceptors can be reached, or may yet be: there is nothing to be forced. */
export class QuorumStandsError extends PeerError {
  readonly code = 'quorum-stands';
  constructor(there: number, all: number) {
    super(
      `${there} of ${all} acceptors can be reached, which is more than half: wait until they answer, no quorum is to be forced`,
    );
  }
}

/** A quorum was to be forced, and it is not of acceptors among the nodes. */
export class QuorumElsewhereError extends PeerError {
  readonly code = 'quorum-elsewhere';
  constructor(where: string) {
    super(
      `the registers are kept in etcd at ${where}, whose quorum nodes cannot force: start enough of its servers again. If these are ` +
        "gone for good, stop all nodes, restore etcd ('etcdutl snapshot restore', or 'etcd --force-new-cluster' on a server that is " +
        'left), then start the nodes; docs/cluster.md says what that may lose',
    );
  }
}

/** A frame of registers that breaks a bound or the format; its sender is to be cut off. */
export class RegisterFrameError extends PeerError {
  readonly code = 'malformed-register-frame';
  constructor(what: string, options?: ErrorOptions) {
    super(`malformed frame of registers: ${what}`, options);
  }
}

/** Acceptors cannot be changed like this. */
export class ConfigurationRefusedError extends PeerError {
  readonly code = 'configuration-refused';
}
