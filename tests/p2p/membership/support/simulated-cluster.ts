import { Membership } from '#p2p/membership/membership.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';
import type { MembershipSettings } from '#p2p/membership/settings.ts';
import type { Random } from '#p2p/environment.ts';
import { seededRandom } from '../../support/manual-clock.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { SimulatedTime } from './simulated-time.ts';

const DELAY_MS = [0.2, 2] as const; // one way, in a local network
const CLOSE_MS = [20, 330] as const; // from the end of a process until a peer sees its connection closed, as it was measured
const CONNECT_MS = [1, 50] as const;

export interface ClusterInit {
  nodes: number;
  seed: number;
  /** Share of packets that are lost. Default 0. */
  loss?: number;
  settings?: MembershipSettings;
  /** How many of the others a node connects with; nothing goes where there is no connection. Default all. */
  connections?: number;
}

/** What a node was told, and when. */
export interface Heard {
  readonly at: number;
  readonly by: string;
  readonly event: MembershipEvent;
}

export interface SimulatedNode {
  readonly id: string;
  incarnation: number;
  process: SimulatedProcess;
  membership: Membership;
  /** With which life of each. */
  readonly connections: Map<SimulatedNode, number>;
  bytes: number;
  packets: number;
}

/** Nodes on a simulated network, each connected with each other one. The same seed gives the same run. */
export class SimulatedCluster {
  readonly time = new SimulatedTime();
  readonly nodes: readonly SimulatedNode[];
  readonly heard: Heard[] = [];
  /** Of all that was sent and heard. */
  trace = 0;
  readonly #random: Random;
  readonly #settings: MembershipSettings;
  readonly #loss: number;
  readonly #connections: number;
  readonly #blocked = new Set<string>();
  readonly #ids: ReadonlySet<string>;

  constructor({ nodes, seed, loss = 0, settings = {}, connections = nodes }: ClusterInit) {
    this.#random = seededRandom(seed);
    this.#settings = settings;
    this.#loss = loss;
    this.#connections = connections;
    const ids = Array.from({ length: nodes }, (_, at) => idOf(at));
    this.#ids = new Set(ids);
    this.nodes = ids.map((id) => this.#make(id));
    for (const node of this.nodes) this.#start(node, connections);
  }

  /** At least `from`, less than `to`. */
  between(from: number, to: number): number {
    return from + (to - from) * this.#random.next();
  }

  run(ms: number): void {
    this.time.advance(ms);
  }

  /** The process ends, and the system closes its connections. */
  kill(node: SimulatedNode): void {
    node.process.end();
    const { incarnation } = node;
    for (const peer of node.connections.keys()) {
      peer.process.later(this.between(...CLOSE_MS), 'message', () => {
        if (peer.connections.get(node) !== incarnation) return; // with a later life by now
        peer.connections.delete(node);
        peer.membership.disconnected(node.id);
      });
    }
    node.connections.clear();
  }

  /** A new life of a node that has ended. */
  restart(node: SimulatedNode, connections = this.#connections): void {
    node.incarnation++;
    Object.assign(node, this.#life(node));
    this.#start(node, connections);
  }

  freeze(node: SimulatedNode): void {
    node.process.hold();
  }

  thaw(node: SimulatedNode): void {
    node.process.release();
  }

  /** Packets from some to others are lost from now on, and their connections stay. */
  block(from: readonly SimulatedNode[], to: readonly SimulatedNode[]): void {
    for (const a of from) for (const b of to) this.#blocked.add(`${a.id} ${b.id}`);
  }

  heal(): void {
    this.#blocked.clear();
  }

  /** Holds a node up again and again, as where many others want its processor. */
  slow(node: SimulatedNode): void {
    const { process } = node;
    const next = (): void => {
      this.time.at(this.time.now + this.between(20, 200), () => {
        process.hold();
        this.time.at(this.time.now + this.#pauseMs(), () => {
          process.release();
          next();
        });
      });
    };
    next();
  }

  /** What a node thinks of another. */
  standing(by: SimulatedNode, of: SimulatedNode): string | undefined {
    return by.membership.members().find(({ node }) => node === of.id)?.standing;
  }

  /** Pairs of running nodes of which one does not take the other for alive. */
  disagreements(): string[] {
    const running = this.nodes.filter(({ process }) => process.isRunning);
    return running.flatMap((by) => {
      const members = new Map(by.membership.members().map((one) => [one.node, one] as const));
      return running.flatMap((of) => {
        const opinion = members.get(of.id);
        if (opinion?.standing === 'alive' && opinion.incarnation === of.incarnation) return [];
        return [`${by.id} holds ${of.id} for ${opinion?.standing} (${opinion?.incarnation})`];
      });
    });
  }

  /** Milliseconds after `since` until all of `by` were told; undefined if some were not. */
  knownAfter(
    what: MembershipEvent['what'],
    of: SimulatedNode,
    by: readonly SimulatedNode[],
    since: number,
  ): number | undefined {
    const first = new Map<string, number>();
    for (const { at, by: teller, event } of this.heard) {
      if (at >= since && event.what === what && event.node === of.id && !first.has(teller))
        first.set(teller, at - since);
    }
    if (by.some(({ id }) => !first.has(id))) return undefined;
    return Math.max(...by.map(({ id }) => first.get(id)!));
  }

  /** What was heard of one kind, since a moment. */
  of(what: MembershipEvent['what'], since = 0): Heard[] {
    return this.heard.filter(({ at, event }) => at >= since && event.what === what);
  }

  #pauseMs(): number {
    const share = this.#random.next();
    if (share < 0.8) return this.between(5, 50);
    return share < 0.98 ? this.between(50, 300) : this.between(300, 1_200);
  }

  #make(id: string): SimulatedNode {
    const node = {
      id,
      incarnation: 1,
      connections: new Map<SimulatedNode, number>(),
      bytes: 0,
      packets: 0,
    };
    return Object.assign(node, this.#life(node));
  }

  #life(node: { id: string; incarnation: number }): Pick<SimulatedNode, 'process' | 'membership'> {
    const process = new SimulatedProcess(this.time);
    const membership = new Membership(
      {
        clock: process.clock,
        random: seededRandom(Math.floor(this.#random.next() * 2 ** 32)),
        send: (to, packet) => this.#send(node.id, to, packet),
      },
      {
        self: node.id,
        incarnation: node.incarnation,
        settings: this.#settings,
        isAdmitted: (id) => this.#ids.has(id),
        onEvent: (event) => {
          this.heard.push({ at: this.time.now, by: node.id, event });
          this.#note(`${node.id}${event.what}${event.node}`);
        },
      },
    );
    return { process, membership };
  }

  #start(node: SimulatedNode, connections: number): void {
    const { process, membership } = node;
    process.later(0, 'message', () => membership.start());
    const peers = this.nodes.filter((peer) => peer !== node && !peer.process.hasEnded);
    for (const peer of peers.slice(0, connections)) this.#connect(node, peer);
  }

  #connect(a: SimulatedNode, b: SimulatedNode): void {
    if (a.connections.get(b) === b.incarnation && b.connections.get(a) === a.incarnation) return;
    a.connections.set(b, b.incarnation);
    b.connections.set(a, a.incarnation);
    const ms = this.between(...CONNECT_MS);
    const [forA, forB] = [b.incarnation, a.incarnation];
    a.process.later(ms, 'message', () => a.membership.connected(b.id, forA));
    b.process.later(ms, 'message', () => b.membership.connected(a.id, forB));
  }

  #send(from: string, to: string, packet: Uint8Array): void {
    const [sender, receiver] = [this.#node(from), this.#node(to)];
    sender.bytes += packet.length;
    sender.packets++;
    this.#note(`${from}${to}${packet.length}`);
    if (!sender.connections.has(receiver)) return;
    if (this.#random.next() < this.#loss || this.#blocked.has(`${from} ${to}`)) return;
    const { process, membership } = receiver;
    process.later(this.between(...DELAY_MS), 'message', () => membership.receive(from, packet));
  }

  #node(id: string): SimulatedNode {
    return this.nodes[numberOf(id)]!;
  }

  #note(what: string): void {
    for (let at = 0; at < what.length; at++)
      this.trace = (Math.imul(this.trace ^ what.charCodeAt(at), 0x0100_0193) + this.time.now) >>> 0;
  }
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

function idOf(at: number): string {
  return `n${'a'.repeat(13)}${[10, 5, 0].map((bits) => DIGITS[(at >> bits) & 31]).join('')}`;
}

function numberOf(id: string): number {
  return id
    .slice(-3)
    .split('')
    .reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0);
}
