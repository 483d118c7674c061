import { BadSettingError, type PeerError } from './errors.ts';
import { SESSION_BYTES } from './hello.ts';
import { Mesh } from './mesh.ts';
import { Roster, type RosterStore } from './roster.ts';
import { settingsOf, type PeerNetworkInit } from './settings.ts';
import { openAdmission } from './credentials/entrance.ts';
import { parseAdmission } from './credentials/ticket.ts';
import { nodeIdOfKey } from './peer-id.ts';
import { othersOf } from './own-addresses.ts';
import { patientClock } from './patient-clock.ts';
import type * as LibNodeKey from './libp2p/node-key.ts';
import type * as LibTransport from './libp2p/transport.ts';
import type { AdmissionStore } from './credentials/admission-store.ts';
import type { AdmissionOffice } from './credentials/office.ts';
import type { SigningKey } from './credentials/signing-key.ts';
import type { OpenBulk } from './bulk/server.ts';
import type { Transport } from './connection.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { IdentityStore } from './identity.ts';
import type { Member, NetworkEvents } from './member.ts';
import type { NodeId } from './node-id.ts';
import type { Tick } from './outbox.ts';
import type { NodeRecord } from './registry/record.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

export type { OpenBulk, PeerNetworkInit };

/** What a node keeps of the network over its restarts. */
export interface PeerNetworkStores {
  roster: RosterStore;
  identity: IdentityStore;
  admission: AdmissionStore;
}

export interface PeerNetworkComponents extends PeerNetworkStores {
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Runs something at the end of the present turn of the event loop. Default `setImmediate`. */
  tick?: Tick;
}

/** What joins worker nodes into one cluster. */
export interface PeerNetwork extends AsyncDisposable {
  readonly self: NodeId;
  /** The node that founded the cluster, by whose id the cluster is named; undefined while this node belongs to none. */
  readonly founder: NodeId | undefined;
  /** Where others can dial this node. */
  readonly addresses: readonly string[];
  /** Who may belong to the cluster. */
  readonly admission: AdmissionOffice;
  /** Resolves, with the reason, if nobody talks to this node any more: it is taken out of the cluster, or another process has its key. */
  readonly expelled: Promise<PeerError>;
  /** Every node of the roster, this one included. */
  members(): readonly Member[];
  /** Whether this node may act as a member; README.md says what follows from it. Stays true. */
  readonly ready: boolean;
  /**
   * Resolves when `ready` is true.
   * @throws {not-ready} the signal fired; the message says what was missing
   * @throws {network-closed}
   * @throws {ticket-expired} {ticket-used-up} {ticket-refused} {revoked} it never will be
   */
  whenReady(signal: AbortSignal): Promise<void>;
  /**
   * Sends an opaque frame of at most 2 MiB; frames to one node arrive in order. The bytes are copied.
   * False when the node is not connected, 32 MiB are queued for it, or the frame is too long: then nothing is sent.
   * @param promised the node must hear of it: 16 MiB more are queued of such, and where one does not even find room there, the
   * connection is given up
   */
  send(node: NodeId, frame: Uint8Array, promised?: boolean): boolean;
  /** Ends the connection with a node, if there is one, for want of something that was to go there. Another is made. */
  giveUp(node: NodeId, error: Error): void;
  /** Sends a frame of registers on the same terms as `send`. */
  sendRegisters(node: NodeId, frame: Uint8Array): boolean;
  /**
   * Replaces this node's record; the others get what has changed since they were last told.
   * @throws {record-too-large} more than 8,192 names, 544 services or 1.5 MiB
   * @throws {invalid-record} a name that is not printable, a vtid that is too long, or a service of which something is out of range
   */
  publish(record: NodeRecord): void;
  /** What the whole cluster was told under a key, as far as it is known here. */
  fact(key: string): Fact | undefined;
  /**
   * Tells the whole cluster something, unless it knows something newer under the key: within a moment those with whom there
   * is a connection, in time all, those that join later too. There are 64 keys, of a-z 0-9 / -. No disk keeps it: whoever
   * needs it after all nodes have stopped sets it again.
   * @param value at most 16 KiB
   * @returns whether it was newer
   * @throws {invalid-record} {record-too-large}
   */
  setFact(key: string, version: number, value: Uint8Array): boolean;
  /**
   * Tells the others that this node goes, so that they do not wait for it. Resolves when they have heard it, or after a
   * second; dispose of the network then.
   */
  leave(): Promise<void>;
  /** Says who opens what other nodes pull. */
  serveBulk(open: OpenBulk): void;
  /**
   * The bytes that the other node opens under the name: `size` at most from `offset` on. Their content is not verified.
   * To stop early, leave the loop or fire the signal.
   * @param waits for bytes that may not be there yet: that holds up no pull that does not
   * @throws {pull-failed} the other node gave it up; `reason` is its code
   * @throws {not-connected} {pull-stalled} and the signal's reason
   */
  pull(
    node: NodeId,
    name: string,
    offset: number,
    size: number,
    signal: AbortSignal,
    waits?: boolean,
  ): AsyncIterable<Uint8Array>;
  /** Tells of what happens from now on, and first of the nodes that are up and the records that are there. */
  listen(events: NetworkEvents): void;
}

/**
 * Starts a node's part of the network. It dials nobody before the next turn of the event loop, so that who calls `listen`
 * at once misses nothing.
 * @throws {bad-setting} {listen-failed} {roster-lost} {roster-mismatch} and whatever the stores throw
 * @throws {admission-missing} {bad-ticket} {foreign-cluster} {certificate-mismatch} {admission-file} {revoked}
 */
export async function createPeerNetwork(
  components: PeerNetworkComponents,
  init: PeerNetworkInit,
): Promise<PeerNetwork> {
  const { clock, identity, logger, random } = components;
  const settings = settingsOf(init);
  // libp2p takes most of the start: whoever only needs the types, or is told of a bad setting, does not wait for it.
  const [{ createTransport }, { loadNodeKey }] = await loadLibp2p();
  const key = await loadNodeKey(identity, random);
  const open = (): Promise<Transport> =>
    createTransport({ key, clock: patientClock(clock), logger }, settings);
  return joinPeers({ ...components, key: key.signing, open }, init);
}

/** Loads what connections are made by, for who has time for it before it starts. */
export function loadLibp2p(): Promise<[typeof LibTransport, typeof LibNodeKey]> {
  return Promise.all([import('./libp2p/transport.ts'), import('./libp2p/node-key.ts')]);
}

export interface JoinComponents extends PeerNetworkComponents {
  /** The node's own, by which its connections are known. */
  readonly key: SigningKey;
  /** Makes this node's connections. Asked for once the node is known to be sound. */
  readonly open: () => Promise<Transport>;
}

/** The same over any connections: all of the network that lies above `connection.ts`. */
export async function joinPeers(
  components: JoinComponents,
  init: PeerNetworkInit,
): Promise<PeerNetwork> {
  const { clock, identity, key, logger, random, tick = setImmediate } = components;
  const settings = settingsOf(init);
  const given = settings.ticket === '' ? undefined : parseAdmission(settings.ticket);
  const starts = await identity.loadIncarnation();
  const roster = await Roster.load(components.roster, nodeIdOfKey(key.publicKey), starts);
  const transport = await components.open();
  try {
    for (const address of settings.bootstrap) {
      if (!transport.isAddress(address))
        throw new BadSettingError(
          'bootstrap',
          address,
          'HOST:PORT, or a multiaddr such as /ip4/10.0.0.1/tcp/4001',
        );
    }
    const { founder, self } = roster;
    const lone = othersOf(settings.bootstrap, transport.addresses).length === 0;
    const admission = await openAdmission(
      { clock, random, key, store: components.admission },
      // A founder of the time before admission takes its cluster over.
      { admission: given, mayFound: founder === self || (lone && founder === undefined) },
    );
    roster.introduce({
      name: settings.name,
      addresses: transport.addresses,
      incarnation: starts + 1,
    });
    await roster.save();
    await identity.saveIncarnation(starts + 1); // after the roster: see roster-lost
    const mesh = new Mesh(
      { clock, random, logger, tick: (run) => void tick(run), transport, roster, admission },
      { settings, session: random.bytes(SESSION_BYTES) },
    );
    tick(() => mesh.start());
    return mesh;
  } catch (error) {
    await transport[Symbol.asyncDispose]();
    throw error;
  }
}
