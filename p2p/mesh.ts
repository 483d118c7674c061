import { Admission } from './admission.ts';
import { BulkService } from './bulk/service.ts';
import { ClusterView } from './cluster-view.ts';
import { Dialler } from './dialler.ts';
import { Directory } from './directory.ts';
import { Entrance, type AdmissionState } from './credentials/entrance.ts';
import { codeOf, describe, DisposedError, HelloRefusedError, type PeerError } from './errors.ts';
import { Greeter } from './greeter.ts';
import { periodsAmong } from './heartbeat.ts';
import { Link } from './link.ts';
import { othersOf } from './own-addresses.ts';
import { patientClock } from './patient-clock.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Readiness } from './readiness.ts';
import { Relaying } from './relay/relaying.ts';
import { SilentLinks } from './silent-links.ts';
import { WIRE } from './wire-format.ts';
import type { OpenBulk } from './bulk/service.ts';
import type { Channel } from './channel.ts';
import type { PeerConnection, Purpose, Transport } from './connection.ts';
import type { Member as ProvenMember } from './credentials/certificate.ts';
import type { AdmissionOffice } from './credentials/office.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { Member, NetworkEvents } from './member.ts';
import type { MembershipEvent } from './membership/events.ts';
import type { NodeId } from './node-id.ts';
import type { Tick } from './outbox.ts';
import type { NodeRecord } from './registry/record.ts';
import type { Roster } from './roster.ts';
import type { Settings } from './settings.ts';
import type { Hello } from '#posiv-wit/generated/p2p/admission.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

export interface MeshComponents {
  clock: Clock;
  random: Random;
  logger: Logger;
  tick: Tick;
  transport: Transport;
  /** With this node's own entry. */
  roster: Roster;
  admission: AdmissionState;
}

export interface MeshInit {
  settings: Settings;
  /** Random, drawn anew at each start. */
  session: Uint8Array;
}

/** The nodes of a cluster and the links with them: everything above a connection with a peer. */
export class Mesh implements AsyncDisposable {
  readonly #components: MeshComponents;
  readonly #init: MeshInit;
  readonly #roster: Roster;
  readonly #peers: Peers;
  readonly #readiness: Readiness;
  readonly #view: ClusterView;
  readonly #admission: Admission;
  readonly #entrance: Entrance;
  readonly #greeter: Greeter;
  readonly #dialler: Dialler;
  readonly #bulk: BulkService;
  readonly #bootstrap: readonly string[];
  readonly #directory: Directory;
  readonly #relaying: Relaying;
  readonly #silentLinks: SilentLinks;
  #closed = false;

  constructor(components: MeshComponents, init: MeshInit) {
    const { clock, logger, roster, transport } = components;
    const { settings } = (this.#init = init);
    this.#components = components;
    this.#roster = roster;
    this.#peers = new Peers(roster);
    const bootstrap = othersOf(settings.bootstrap, transport.addresses);
    this.#bootstrap = bootstrap;
    const linkWith = (id: NodeId): Link | undefined => this.#peers.linkWith(id);
    this.#entrance = new Entrance(
      { ...components, ...components.admission },
      {
        members: () => roster.entries(),
        links: () => this.#peers.links(),
        linkOf: linkWith,
        onRefused: (error) => this.#readiness.refused(error),
        onEnd: (error) => this.#readiness.fail(error),
        onChanged: () => this.#readiness.evaluate(),
        silentAfterMs: () => periodsAmong(this.#peers.size, settings).silentAfterMs,
      },
    );
    // Ever admitted, and not taken out since.
    const isMember = (id: NodeId): boolean => roster.get(id) !== undefined && !isRevoked(id);
    const isRevoked = (id: NodeId): boolean => this.#entrance.isRevoked(id);
    this.#readiness = new Readiness(
      { roster, clock, logger },
      {
        mayFound: bootstrap.length === 0 && this.#entrance.mayFound,
        isRevoked,
        isTried: (id) => this.#peers.get(id)?.tried === true,
        hasTwin: () => this.#entrance.hasTwin,
        // Whoever was admitted before this node was settled learns that it has reached the cluster.
        onReady: () => {
          for (const link of this.#peers.links())
            link.acknowledgeAgain(this.#admission.helloAck(link.hello.id));
        },
      },
    );
    this.#directory = new Directory(
      { clock, roster, peers: this.#peers, view: () => this.#view },
      { version: settings.version, isRevoked },
    );
    this.#view = new ClusterView(
      { ...components, linkWith },
      {
        self: roster.self,
        incarnation: roster.get(roster.self)?.incarnation ?? 1,
        isAdmitted: isMember,
        onOpinion: (event) => this.#onOpinion(event),
        onRecord: (id, record) => this.#directory.tell((events) => events.onRecord(id, record)),
        onFact: (fact) => this.#directory.tell((events) => events.onFact?.(fact)),
      },
    );
    this.#silentLinks = new SilentLinks({
      clock,
      linkWith,
      isUnreachable: (id) => this.#view.membership.standingOf(id) === 'unreachable',
    });
    this.#admission = new Admission(
      { roster, readiness: this.#readiness, peers: this.#peers },
      {
        self: () => this.#self(),
        onMembers: (ids) => this.#onMembers(ids, this.#dialler.met(ids, this.#readiness.joined)),
        onIntroduced: (...introduced) => this.#view.membership.introduced(...introduced),
      },
    );
    const patient = { ...components, clock: patientClock(clock) };
    this.#relaying = new Relaying({ ...patient, linkWith });
    this.#greeter = new Greeter(
      {
        ...patient,
        transport: this.#relaying,
        admission: this.#admission,
        gate: this.#entrance.gate,
      },
      {
        helloTimeoutMs: settings.helloTimeoutMs,
        dialTimeoutMs: settings.dialTimeoutMs,
        linkWith,
        isMember,
        onEstablished: (channel, hello, member) => this.#onEstablished(channel, hello, member),
        onFailed: (id, error) => {
          if (error instanceof HelloRefusedError) this.#entrance.refused(error);
          const peer = this.#peers.get(id);
          if (peer !== undefined && peer.link === undefined && !this.#closed)
            peer.dial(this.#relaying.possible);
        },
      },
    );
    this.#dialler = new Dialler(
      { ...components, greeter: this.#greeter },
      {
        self: roster.self,
        addressesOf: (id) => roster.get(id)?.addresses ?? [],
        heardAt: (id) => this.#peers.get(id)?.lastHeardAt,
        linkWith,
        isRevoked,
        relaysFor: (id) => (this.#view.isGone(id) ? [] : this.#peers.relaysFor(id)),
        onFailed: (id) => this.#unreachable(id),
        onHopeless: (error) => this.#entrance.hopeless(error),
      },
    );
    this.#bulk = new BulkService(
      { ...patient, transport: this.#relaying },
      {
        pullStallMs: settings.pullStallMs,
        isMember,
        isLinked: (id) => linkWith(id) !== undefined,
        roundTripUsOf: (id) => linkWith(id)?.shortestRoundTripUs ?? 0,
        dialTimeoutMs: settings.dialTimeoutMs,
        addressesOf: (id) => this.#peers.addressesOf(id),
      },
    );
  }

  /** Begins to listen to others and to dial them. */
  start(): void {
    if (this.#closed) return;
    this.#components.transport.accept((purpose, connection) => this.#accept(purpose, connection));
    this.#relaying.start();
    this.#dialler.start(this.#bootstrap, this.#components.transport.discover);
    this.#onMembers(this.#roster.entries().map(({ id }) => id));
    this.#view.start();
    this.#readiness.evaluate();
  }

  get self(): NodeId {
    return this.#roster.self;
  }

  get founder(): NodeId | undefined {
    return this.#roster.founder;
  }

  get addresses(): readonly string[] {
    return this.#components.transport.addresses;
  }

  get ready(): boolean {
    return this.#readiness.ready;
  }

  whenReady(signal: AbortSignal): Promise<void> {
    return this.#readiness.whenReady(signal);
  }

  /** Resolves if nobody talks to this node any more: it is taken out of the cluster, or another process has its key. */
  get expelled(): Promise<PeerError> {
    return this.#entrance.expelled;
  }

  get admission(): AdmissionOffice {
    return this.#entrance.office;
  }

  members(): readonly Member[] {
    return this.#directory.members();
  }

  send(node: NodeId, frame: Uint8Array, promised = false): boolean {
    return this.#peers.linkWith(node)?.send(frame, WIRE.kernel, promised) ?? false;
  }

  sendRegisters(node: NodeId, frame: Uint8Array): boolean {
    return this.#peers.linkWith(node)?.send(frame, WIRE.registers) ?? false;
  }

  giveUp(node: NodeId, error: Error): void {
    this.#peers.linkWith(node)?.abandon(error);
  }

  publish(record: NodeRecord): void {
    this.#view.registry.publish(record);
  }

  fact(key: string): Fact | undefined {
    return this.#view.registry.fact(key);
  }

  setFact(key: string, version: number, value: Uint8Array): boolean {
    return this.#view.registry.setFact(key, version, value);
  }

  serveBulk(open: OpenBulk): void {
    this.#bulk.serve(open);
  }

  pull(
    node: NodeId,
    name: string,
    offset: number,
    size: number,
    signal: AbortSignal,
    waits = false,
  ): AsyncIterable<Uint8Array> {
    return this.#bulk.pull(node, { name, offset, size }, waits, signal);
  }

  listen(events: NetworkEvents): void {
    this.#directory.listen(events);
  }

  async leave(): Promise<void> {
    if (!this.#closed) await this.#view.membership.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#view[Symbol.dispose]();
    this.#dialler.stop();
    for (const peer of this.#peers.all()) {
      peer.stopDialling();
      peer.link?.close();
      peer.down();
    }
    this.#entrance.close();
    this.#relaying.close(new DisposedError());
    this.#greeter.close(new DisposedError());
    this.#bulk.close();
    this.#readiness.close();
    await this.#components.transport[Symbol.asyncDispose]();
  }

  #self(): Omit<Hello, 'roster'> {
    const { name, version } = this.#init.settings;
    return {
      version,
      id: this.self,
      name,
      incarnation: this.#roster.get(this.self)?.incarnation ?? 1,
      session: this.#init.session,
      addresses: [...this.addresses],
      revocations: this.#entrance.gate.digest,
    };
  }

  #accept(purpose: Purpose, connection: PeerConnection): void {
    if (this.#closed) connection.cutOff(new DisposedError());
    else if (purpose === 'wire') this.#greeter.receive(connection);
    else this.#bulk.accept(connection);
  }

  /** Each of its addresses was tried in vain. */
  #unreachable(id: NodeId): void {
    const peer = this.#peers.get(id);
    if (peer === undefined || peer.tried || this.#admission.isBusy(id)) return;
    peer.tried = true;
    this.#readiness.evaluate();
  }

  #onMembers(ids: readonly NodeId[], afterMs = 0): void {
    const { clock, logger } = this.#components;
    for (const id of ids) {
      if (id !== this.self && this.#peers.get(id) === undefined) {
        const peer = new Peer(id, this.#dialler.member(id), clock.now());
        this.#peers.add(peer);
        if (!this.#admission.isBusy(id)) peer.dial(this.#relaying.possible, afterMs); // else it is on the line already
      }
      this.#directory.tellMember(id);
    }
    if (ids.length === 0) return;
    this.#roster.save().catch((error: unknown) => {
      logger.error('the roster could not be stored', { reason: describe(error) });
    });
  }

  #onEstablished(channel: Channel, hello: Hello, member: ProvenMember): void {
    const { clock, logger } = this.#components;
    const peer = this.#peers.get(hello.id);
    if (peer?.mayTake(channel) !== true || this.#closed) {
      channel.cutOff(new DisposedError());
      return;
    }
    if (peer.link !== undefined) {
      logger.info('a peer is reached directly', { node: peer.id, address: channel.address });
      peer.moveTo(channel);
      this.#bulk.moved(peer.id);
      this.#directory.tellMember(peer.id);
      return;
    }
    const { id } = peer;
    const shown = { hello, member };
    const link = new Link(clock, channel, shown, {
      periods: () => periodsAmong(this.#peers.size, this.#init.settings),
      onMembership: (packet) => this.#view.membership.receive(id, packet),
      onFrame: (frame) => this.#directory.tell((events) => events.onFrame(id, frame)),
      onRegisters: (frame) => this.#directory.tell((events) => events.onRegisters?.(id, frame)),
      onRegistry: (message) => this.#view.registry.receive(id, message),
      onRelay: (message) => this.#relaying.receive(id, message),
      ...this.#admission.linkEvents(id),
      ...this.#entrance.linkEvents(id),
      onDown: (reason, error) => this.#onDown(peer, reason, error),
    });
    peer.up(link);
    this.#entrance.admitted();
    const { name, incarnation } = hello;
    logger.info('peer up', { node: id, name, incarnation, address: link.address });
    this.#admission.met(id);
    // First: that an earlier life of it is over comes before whatever this one says.
    this.#view.membership.connected(id, incarnation);
    this.#directory.tell((events) => events.onUp(id));
    this.#view.registry.connected(id);
    this.#directory.tellMember(id);
    this.#readiness.evaluate();
  }

  #onDown(peer: Peer, reason: string, error: Error | undefined): void {
    const { id: node } = peer;
    const isDirect = peer.link?.relay === undefined;
    peer.down();
    this.#relaying.lost(node);
    this.#bulk.lost(node, reason);
    const code = error === undefined ? 'connection-closed' : codeOf(error);
    const what = error === undefined ? 'peer down' : 'cut off a peer';
    this.#components.logger.warn(what, { node, code, reason });
    this.#directory.tell((events) => events.onDown(node, reason));
    this.#view.disconnected(node, isDirect);
    this.#directory.tellMember(node);
    peer.dial(this.#relaying.possible);
  }

  #onOpinion(event: MembershipEvent): void {
    this.#directory.tell((events) => events.onOpinion?.(event));
    this.#directory.tellMember(event.node);
    if (event.what === 'unreachable') this.#silentLinks.look(event.node);
  }
}
