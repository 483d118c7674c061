import type { Sighted } from '#p2p/registers/lease-sightings.ts';
import type { Proposer } from '#p2p/registers/proposer.ts';
import type { RegisterService } from '#p2p/registers/register-service.ts';

/** Acceptors, or servers of etcd, of which any one may be lost. */
export const LEAST_SAFE = 3;

/** Where the registers of a cluster are kept. */
export interface RegisterHome extends AsyncDisposable {
  readonly operations: Pick<Proposer, 'change' | 'read'> & Partial<Sighted>;
  /** Whether they outlive whichever one of those that keep them. Where not, no node takes the place of another. */
  readonly bearsLoss: boolean;
  /** The nodes that keep them, as far as this one knows. */
  readonly keepers: readonly string[];
  /** Why nothing can be read or written here, ever. */
  readonly mismatch: Error | undefined;
  /** Of the configuration of the acceptors; 0 where there are none. */
  readonly epoch: number;
  /** Begins anew with what is left. Undefined where that is for others to do. */
  readonly forceQuorum?: RegisterService['forceQuorum'];
  /** Takes what another node says of registers. @throws {malformed-register-frame} */
  receive(node: string, frame: Uint8Array): void;
  /** Another node can be reached. */
  up(node: string): void;
}

/** What a node notes of its registers, never to be undone. */
export interface RegistersFile {
  /** Left out by versions that had acceptors alone. */
  readonly kept?: 'acceptors' | 'etcd';
  /** This node has begun the registers of its cluster: never to be done a second time. */
  readonly founded: boolean;
}
