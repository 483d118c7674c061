import { Intake } from '../intake.ts';
import { differingGroups, groupDigests, isInGroups } from '../group-digests.ts';
import { checkFact, Facts } from './facts.ts';
import { sizeOf } from './holding.ts';
import { Holdings } from './holdings.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import { OwnEntries } from './own-entries.ts';
import { Pushes } from './pushes.ts';
import { entriesOf, isFigure, type NodeRecord } from './record.ts';
import type { Clock, Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type {
  Delta,
  Fact,
  Greeting,
  Held,
  News,
  RegistryMessage,
  Summary,
  Want,
} from '#posiv-wit/generated/p2p/registry.ts';

const EXCHANGE_MS = 10_000; // between two exchanges with a peer chosen at random: what did not come by itself
const MAX_DELTA_BYTES = 24 * 1024; // two fit into a message, with what is around them
const MAX_ANSWER_BYTES = 256 * 1024; // what one question may cost; the next exchange brings the rest
const PASS_ON = 3; // peers that hear of a fact from each who did: one of them is connected with whom its origin is not

export interface RegistryComponents {
  clock: Pick<Clock, 'now' | 'after'>;
  random: Pick<Random, 'next'>;
  /** Never waits. False where it was not sent. The bytes are the receiver's from now on. */
  send(to: NodeId, message: Uint8Array): boolean;
}

export interface RegistryInit {
  self: NodeId;
  /** Counts this node's starts, from 1. */
  incarnation: number;
  /** Whether a node belongs to the cluster: what is told of others is not kept. */
  isAdmitted(node: NodeId): boolean;
  /** There is news of another node. Must not throw, nor call back. */
  onRecord(node: NodeId, record: NodeRecord): void;
  /** There is a newer fact, which somebody else has set. On the same terms. */
  onFact(fact: Fact): void;
}

/**
 * What each node tells of itself, at every node: deltas go straight to whom there is a connection with, and exchanges by
 * digest repair what did not. Deterministic under the clock, the randomness and the messages that it is given.
 */
export class Registry implements Disposable {
  readonly #components: RegistryComponents;
  readonly #init: RegistryInit;
  readonly #own: OwnEntries;
  readonly #pushes: Pushes;
  readonly #facts = new Facts();
  readonly #holdings: Holdings;
  readonly #connected = new Set<NodeId>();
  #published: NodeRecord | undefined;
  readonly #intake = new Intake();
  #stop: () => void = () => undefined;

  constructor(components: RegistryComponents, init: RegistryInit) {
    const { clock } = components;
    const { self } = init;
    this.#components = components;
    this.#init = init;
    this.#own = new OwnEntries(init.incarnation, () => clock.now());
    const own = this.#own.holding;
    this.#holdings = new Holdings({ self, own, isAdmitted: (node) => init.isAdmitted(node) });
    this.#pushes = new Pushes(clock, {
      self,
      holding: own,
      send: (to, delta) => this.#send(to, { tag: 'news', val: { deltas: [delta], facts: [] } }),
    });
  }

  /** Begins to exchange. */
  start(): void {
    const { clock, random } = this.#components;
    this.#stop = clock.after(random.next() * EXCHANGE_MS, () => this.#exchange());
  }

  /**
   * Replaces this node's record.
   * @throws {record-too-large} {invalid-record} and keeps the one before
   */
  publish(record: NodeRecord): void {
    const changed = this.#own.replace(entriesOf(record, this.#own.holding));
    this.#own.forget();
    this.#published = record;
    if (changed.length > 0) this.#pushes.changed(changed.every(isFigure));
  }

  /** The newest record of a node that is known here. */
  record(node: NodeId): NodeRecord | undefined {
    return node === this.#init.self ? this.#published : this.#holdings.record(node);
  }

  /** The incarnation of a node that published what is known of it here; 0 where nothing is. */
  lifeOf(node: NodeId): number {
    return this.#holdings.held(node).incarnation;
  }

  fact(key: string): Fact | undefined {
    return this.#facts.get(key);
  }

  /**
   * Tells the whole cluster something, unless it knows something newer under the key. It is kept by no disk: whoever must
   * have it after all nodes have stopped sets it again.
   * @throws {invalid-record} {record-too-large}
   * @returns whether it was newer
   */
  setFact(key: string, version: number, value: Uint8Array): boolean {
    checkFact(key, value);
    const fact = { key, version, value };
    if (!this.#facts.put(fact)) return false;
    for (const peer of this.#connected) this.#sendFacts(peer, [fact]);
    return true;
  }

  connected(node: NodeId): void {
    this.#connected.add(node);
    const facts = Array.from(this.#facts.all(), ({ key, version }) => ({ key, version }));
    this.#send(node, { tag: 'greeting', val: { held: this.#holdings.held(node), facts } });
  }

  disconnected(node: NodeId): void {
    this.#connected.delete(node);
    this.#pushes.disconnected(node);
  }

  /**
   * A message came from a peer. What is more than a peer may send is dropped.
   * @throws {record-too-large} {malformed-value} {invalid-record}
   */
  receive(from: NodeId, bytes: Uint8Array): void {
    if (!this.#intake.admits(from, this.#components.clock.now())) return;
    const message = decodeMessage(bytes);
    switch (message.tag) {
      case 'greeting':
        this.#onGreeting(from, message.val);
        break;
      case 'news':
        this.#onNews(from, message.val);
        break;
      case 'offer':
        this.#onOffer(from, message.val);
        break;
      case 'summary':
        this.#onSummary(from, message.val);
        break;
      case 'want':
        this.#onWant(from, message.val);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#pushes.close();
  }

  #exchange(): void {
    const { clock, random } = this.#components;
    this.#stop = clock.after(EXCHANGE_MS, () => this.#exchange());
    const peers = [...this.#connected];
    const peer = peers[Math.floor(random.next() * peers.length)];
    if (peer !== undefined) this.#send(peer, { tag: 'offer', val: this.#digests() });
  }

  #onGreeting(from: NodeId, { held, facts }: Greeting): void {
    const isThisLife = held.node === this.#init.self && held.incarnation === this.#init.incarnation;
    this.#pushes.connected(from, isThisLife ? held.version : 0);
    const versions = new Map(facts.map(({ key, version }) => [key, version]));
    const newer = [...this.#facts.all()].filter(
      ({ key, version }) => version > (versions.get(key) ?? -1),
    );
    if (newer.length > 0) this.#sendFacts(from, newer);
  }

  #onNews(from: NodeId, { deltas, facts }: News): void {
    const lacking = new Set<NodeId>();
    for (const delta of deltas) if (!this.#take(delta)) lacking.add(delta.node);
    if (lacking.size > 0)
      this.#send(from, {
        tag: 'want',
        val: { nodes: [...lacking].map((node) => this.#holdings.held(node)), facts: [] },
      });
    for (const fact of facts) {
      if (!this.#facts.put(fact)) continue;
      this.#passOn(fact, from);
      this.#init.onFact(this.#facts.get(fact.key)!);
    }
  }

  #onOffer(from: NodeId, digests: Uint8Array): void {
    const groups = differingGroups(this.#digests(), digests);
    if (groups === 0) return;
    const nodes = this.#holdings.nodes().filter((node) => isInGroups(node, groups));
    const facts = [...this.#facts.all()].filter(({ key }) => isInGroups(key, groups));
    this.#send(from, {
      tag: 'summary',
      val: {
        groups,
        nodes: nodes.map((node) => this.#holdings.held(node)),
        facts: facts.map(({ key, version }) => ({ key, version })),
      },
    });
  }

  #onSummary(from: NodeId, { groups, nodes, facts }: Summary): void {
    const theirs = new Map(nodes.map((held) => [held.node, held]));
    const ours = this.#holdings.nodes().filter((node) => isInGroups(node, groups));
    const versions = new Map(facts.map(({ key, version }) => [key, version]));
    const given = [...this.#facts.all()].filter(
      ({ key, version }) => isInGroups(key, groups) && version > (versions.get(key) ?? -1),
    );
    this.#answer(
      from,
      ours.map((node) => theirs.get(node) ?? { node, incarnation: 0, version: 0 }),
      given,
    );
    const wanted = {
      nodes: nodes
        .filter((held) => this.#holdings.lacks(held))
        .map(({ node }) => this.#holdings.held(node)),
      facts: facts
        .filter(({ key, version }) => version > (this.#facts.get(key)?.version ?? -1))
        .map(({ key }) => key),
    };
    if (wanted.nodes.length + wanted.facts.length > 0)
      this.#send(from, { tag: 'want', val: wanted });
  }

  #onWant(from: NodeId, { nodes, facts }: Want): void {
    const wanted = new Set(facts);
    const given = [...this.#facts.all()].filter(({ key }) => wanted.has(key));
    this.#answer(from, nodes, given);
  }

  /** Sends what is newer than what the other side holds, as far as one question may cost. */
  #answer(to: NodeId, theirs: readonly Held[], facts: readonly Fact[]): void {
    if (facts.length > 0) this.#sendFacts(to, facts);
    let left = MAX_ANSWER_BYTES;
    let deltas: Delta[] = [];
    let room = MAX_DELTA_BYTES;
    const flush = (): void => {
      if (deltas.length > 0) this.#send(to, { tag: 'news', val: { deltas, facts: [] } });
      deltas = [];
      room = MAX_DELTA_BYTES;
    };
    for (const { node, incarnation, version } of theirs) {
      const holding = this.#holdings.get(node);
      if (holding === undefined || incarnation > holding.incarnation) continue;
      const since = incarnation === holding.incarnation ? version : 0;
      for (const delta of holding.since(node, since, MAX_DELTA_BYTES)) {
        const bytes = sizeOf(delta);
        if (left < bytes) return flush();
        if (room < bytes) flush();
        deltas.push(delta);
        left -= bytes;
        room -= bytes;
      }
    }
    flush();
  }

  /** @returns false when something before it is missing */
  #take(delta: Delta): boolean {
    const result = this.#holdings.take(delta);
    const record = result === 'changed' ? this.record(delta.node) : undefined;
    if (record !== undefined) this.#init.onRecord(delta.node, record);
    return result !== 'gap';
  }

  #passOn(fact: Fact, from: NodeId): void {
    const peers = [...this.#connected].filter((peer) => peer !== from);
    for (let count = 0; count < PASS_ON && peers.length > 0; count++) {
      const [peer] = peers.splice(Math.floor(this.#components.random.next() * peers.length), 1);
      this.#sendFacts(peer!, [fact]);
    }
  }

  #sendFacts(to: NodeId, facts: readonly Fact[]): void {
    // One by one: all together may be more than a message holds.
    for (const fact of facts) this.#send(to, { tag: 'news', val: { deltas: [], facts: [fact] } });
  }

  #send(to: NodeId, message: RegistryMessage): boolean {
    return this.#components.send(to, encodeMessage(message));
  }

  #digests(): Uint8Array {
    const nodes = this.#holdings.nodes().map((node) => this.#holdings.held(node));
    return groupDigests([
      ...nodes.map(
        ({ node, incarnation, version }) => [node, `${incarnation}/${version}`] as const,
      ),
      ...Array.from(this.#facts.all(), ({ key, version }) => [key, String(version)] as const),
    ]);
  }
}
