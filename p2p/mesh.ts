import { Admission } from './admission.ts';
import { BulkService } from './bulk/service.ts';
import { ClusterView } from './cluster-view.ts';
import { Dialler } from './dialler.ts';
import { Entrance, type AdmissionState } from './credentials/entrance.ts';
import { codeOf, describe } from './errors.ts';
import { DisposedError, HelloRefusedError, PeerUnreachableError } from './errors.ts';
import { Greeter } from './greeter.ts';
import { periodsAmong } from './heartbeat.ts';
import { Link } from './link.ts';
import { othersOf } from './own-addresses.ts';
import { Peer } from './peer.ts';
import { Readiness } from './readiness.ts';
import { WIRE } from './wire-format.ts';
import type { OpenBulk } from './bulk/service.ts';
import type { Channel } from './channel.ts';
import type { PeerConnection, Purpose, Transport } from './connection.ts';
import type { Member as ProvenMember } from './credentials/certificate.ts';
import type { AdmissionOffice } from './credentials/office.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { RevokedError } from './credentials/errors.ts';
import { peerAsMember, selfAsMember, type Member, type NetworkEvents } from './member.ts';
import type { MembershipEvent } from './membership/events.ts';
import type { NodeId } from './node-id.ts';
import type { Tick } from './outbox.ts';
import type { NodeRecord } from './registry/record.ts';
import type { Roster, RosterEntry } from './roster.ts';
import type { Settings } from './settings.ts';
import type { Hello } from '#posiv-wit/generated/p2p/admission.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

// Of a connection, before that of an unreachable node is given up.
const UNREACHABLE_SILENCE_MS = 3_500;

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
  readonly #peers = new Map<NodeId, Peer>();
  readonly #readiness: Readiness;
  readonly #view: ClusterView;
  readonly #admission: Admission;
  readonly #entrance: Entrance;
  readonly #greeter: Greeter;
  readonly #dialler: Dialler;
  readonly #bulk: BulkService;
  readonly #bootstrap: readonly string[];
  readonly #listeners: NetworkEvents[] = [];
  #closed = false;

  constructor(components: MeshComponents, init: MeshInit) {
    const { clock, logger, roster, tick, transport } = components;
    const { settings } = init;
    this.#components = components;
    this.#init = init;
    this.#roster = roster;
    const bootstrap = othersOf(settings.bootstrap, transport.addresses);
    this.#bootstrap = bootstrap;
    this.#entrance = new Entrance(
      { ...components, ...components.admission },
      {
        members: () => roster.entries(),
        links: () => [...this.#peers.values()].flatMap(({ link }) => link ?? []),
        linkOf: (id) => this.#peers.get(id)?.link,
        onRefused: (error) => this.#readiness.refused(error),
        onEnd: (error) => this.#readiness.fail(error),
        onRevoked: () => this.#readiness.evaluate(),
      },
    );
    const isRevoked = (id: NodeId): boolean => this.#entrance.isRevoked(id);
    this.#readiness = new Readiness(
      { roster, logger },
      {
        mayFound: bootstrap.length === 0 && this.#entrance.mayFound,
        isRevoked,
        isTried: (id) => this.#peers.get(id)?.tried === true,
        onReady: () => this.#acknowledgeAgain(),
      },
    );
    this.#view = new ClusterView(
      { clock, random: components.random, logger, linkWith: (id) => this.#peers.get(id)?.link },
      {
        self: roster.self,
        incarnation: roster.get(roster.self)?.incarnation ?? 1,
        isAdmitted: (id) => this.#isMember(id),
        onOpinion: (event) => this.#onOpinion(event),
        onRecord: (id, record) => {
          for (const listener of this.#listeners) listener.onRecord(id, record);
        },
        onFact: (fact) => {
          for (const listener of this.#listeners) listener.onFact?.(fact);
        },
      },
    );
    this.#admission = new Admission(
      { roster, readiness: this.#readiness },
      {
        self: () => this.#self(),
        connected: (id) => this.#peers.get(id)?.link?.hello,
        onMembers: (ids) => this.#onMembers(ids),
      },
    );
    this.#greeter = new Greeter(
      { transport, admission: this.#admission, gate: this.#entrance.gate, clock, logger, tick },
      {
        helloTimeoutMs: settings.helloTimeoutMs,
        dialTimeoutMs: settings.dialTimeoutMs,
        isConnected: (id) => this.#peers.get(id)?.link !== undefined,
        isMember: (id) => this.#isMember(id),
        onEstablished: (channel, hello, member) => this.#onEstablished(channel, hello, member),
        onFailed: (id, error) => {
          if (error instanceof HelloRefusedError) this.#entrance.refused(error);
          const peer = this.#peers.get(id);
          if (peer !== undefined && peer.link === undefined && !this.#closed) peer.redialer.start();
        },
      },
    );
    this.#dialler = new Dialler(
      { clock, random: components.random, logger, greeter: this.#greeter },
      {
        self: roster.self,
        addressesOf: (id) => roster.get(id)?.addresses ?? [],
        isConnected: (id) => this.#peers.get(id)?.link !== undefined,
        isRevoked,
        onFailed: (id) => this.#unreachable(id),
      },
    );
    this.#bulk = new BulkService(
      { clock, logger, tick, transport },
      {
        pullStallMs: settings.pullStallMs,
        isMember: (id) => this.#isMember(id),
        roundTripUsOf: (id) => this.#peers.get(id)?.link?.shortestRoundTripUs ?? 0,
        dialTimeoutMs: settings.dialTimeoutMs,
        addressesOf: (id) =>
          this.#peers.get(id)?.link === undefined ? [] : (roster.get(id)?.addresses ?? []),
      },
    );
  }

  /** Begins to listen to others and to dial them. */
  start(): void {
    if (this.#closed) return;
    this.#components.transport.accept((purpose, connection) => this.#accept(purpose, connection));
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

  /** Resolves if this node is taken out of the cluster: nobody talks to it any more. */
  get expelled(): Promise<RevokedError> {
    return this.#entrance.expelled;
  }

  get admission(): AdmissionOffice {
    return this.#entrance.office;
  }

  members(): readonly Member[] {
    return this.#roster.entries().map((entry) => this.#member(entry));
  }

  send(node: NodeId, frame: Uint8Array, promised = false): boolean {
    return this.#peers.get(node)?.link?.send(frame, WIRE.kernel, promised) ?? false;
  }

  sendRegisters(node: NodeId, frame: Uint8Array): boolean {
    return this.#peers.get(node)?.link?.send(frame, WIRE.registers) ?? false;
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
  ): AsyncIterable<Uint8Array> {
    return this.#bulk.pull(node, { name, offset, size }, signal);
  }

  listen(events: NetworkEvents): void {
    this.#listeners.push(events);
    for (const peer of this.#peers.values()) {
      if (peer.link !== undefined) events.onUp(peer.id);
      const record = this.#view.registry.record(peer.id);
      if (record !== undefined) events.onRecord(peer.id, record);
    }
  }

  async leave(): Promise<void> {
    if (!this.#closed) await this.#view.membership.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#view[Symbol.dispose]();
    this.#dialler.stop();
    for (const peer of this.#peers.values()) {
      peer.redialer.stop();
      peer.link?.close();
      peer.down();
    }
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

  /** Whether it was ever admitted, and not taken out since. */
  #isMember(id: NodeId): boolean {
    return this.#roster.get(id) !== undefined && !this.#entrance.isRevoked(id);
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

  #onMembers(ids: readonly NodeId[]): void {
    const { clock, logger } = this.#components;
    for (const id of ids) {
      if (id !== this.self && !this.#peers.has(id)) {
        const redialer = this.#dialler.member(id);
        this.#peers.set(id, new Peer(id, redialer, clock.now()));
        if (!this.#admission.isBusy(id)) redialer.start(); // else it is on the line already
      }
      this.#tellMember(id);
    }
    if (ids.length === 0) return;
    this.#roster.save().catch((error: unknown) => {
      logger.error('the roster could not be stored', { reason: describe(error) });
    });
  }

  #onEstablished(channel: Channel, hello: Hello, member: ProvenMember): void {
    const { clock, logger } = this.#components;
    const peer = this.#peers.get(hello.id);
    if (peer === undefined || peer.link !== undefined || this.#closed) {
      channel.cutOff(new DisposedError());
      return;
    }
    const { id } = peer;
    const shown = { hello, member };
    const link = new Link(clock, channel, shown, {
      periods: () => periodsAmong(this.#peers.size, this.#init.settings),
      onMembership: (packet) => this.#view.membership.receive(id, packet),
      onFrame: (frame) => {
        for (const listener of this.#listeners) listener.onFrame(id, frame);
      },
      onRegisters: (frame) => {
        for (const listener of this.#listeners) listener.onRegisters?.(id, frame);
      },
      onRegistry: (message) => this.#view.registry.receive(id, message),
      onHelloAck: (ack) => this.#admission.acknowledged(id, ack),
      ...this.#entrance.linkEvents(id),
      onDown: (reason, error) => this.#onDown(peer, reason, error),
    });
    peer.up(link);
    const { name, incarnation } = hello;
    logger.info('peer up', { node: id, name, incarnation, address: channel.address });
    // First: that an earlier life of it is over comes before whatever this one says.
    this.#view.membership.connected(id, incarnation);
    for (const listener of this.#listeners) listener.onUp(id);
    this.#view.registry.connected(id);
    this.#tellMember(id);
    this.#readiness.evaluate();
  }

  #onDown(peer: Peer, reason: string, error: Error | undefined): void {
    const { id: node } = peer;
    peer.down();
    this.#bulk.lost(node, reason);
    const code = error === undefined ? 'connection-closed' : codeOf(error);
    const what = error === undefined ? 'peer down' : 'cut off a peer';
    this.#components.logger.warn(what, { node, code, reason });
    for (const listener of this.#listeners) listener.onDown(peer.id, reason);
    this.#view.disconnected(peer.id);
    this.#tellMember(peer.id);
    peer.redialer.start();
  }

  #onOpinion(event: MembershipEvent): void {
    for (const listener of this.#listeners) listener.onOpinion?.(event);
    this.#tellMember(event.node);
    const link = this.#peers.get(event.node)?.link;
    // Not within the membership's own work: it hears of the connection in turn.
    if (event.what === 'unreachable' && link !== undefined)
      this.#components.tick(() => this.#giveUp(event.node, link));
  }

  /**
   * The node answers nobody: whoever waits for its answers is told so. But that ends what a process that was only held up
   * would finish, so the connection has to have been silent for longer than the verdict takes.
   */
  #giveUp(node: NodeId, link: Link): void {
    const { clock } = this.#components;
    const isCurrent = this.#peers.get(node)?.link === link;
    if (!isCurrent || this.#view.membership.standingOf(node) !== 'unreachable') return;
    const leftMs = link.heardAt + UNREACHABLE_SILENCE_MS - clock.now();
    if (leftMs > 0) clock.after(leftMs, () => this.#giveUp(node, link));
    else link.giveUp(new PeerUnreachableError(node));
  }

  /** Whoever was admitted before this node was settled learns that it has reached the cluster. */
  #acknowledgeAgain(): void {
    for (const { link } of this.#peers.values()) link?.acknowledgeAgain(this.#admission.helloAck());
  }

  #tellMember(id: NodeId): void {
    const entry = this.#roster.get(id);
    if (entry === undefined || this.#listeners.length === 0) return;
    for (const listener of this.#listeners) listener.onMember(this.#member(entry));
  }

  #member(entry: RosterEntry): Member {
    const record = this.#view.registry.record(entry.id);
    if (entry.id === this.self) return selfAsMember(entry, this.#init.settings.version, record);
    const opinion = this.#view.membership.standingOf(entry.id);
    const seen = { now: this.#components.clock.now(), revoked: this.#entrance.isRevoked(entry.id) };
    return peerAsMember(entry, this.#peers.get(entry.id), record, opinion, seen);
  }
}
