import { Registry } from '#p2p/registry/registry.ts';
import type { NodeRecord } from '#p2p/registry/record.ts';
import type { Random } from '#p2p/environment.ts';
import type { Fact, NamedVtask } from '#posiv-wit/generated/p2p/registry.ts';
import { seededRandom } from '../../support/manual-clock.ts';
import { SimulatedProcess } from '../../membership/support/simulated-process.ts';
import { SimulatedTime } from '../../membership/support/simulated-time.ts';

const DELAY_MS = [0.2, 2] as const; // one way, in a local network
const FRAME_BYTES = 5; // around each message

export interface SimulatedRegistry {
  readonly id: string;
  incarnation: number;
  process: SimulatedProcess;
  registry: Registry;
  readonly links: Set<SimulatedRegistry>;
  readonly facts: Fact[];
  /** What it published last. */
  record: NodeRecord | undefined;
  bytes: number;
}

/** Registries on simulated time, over links that keep the order and lose nothing until they break. */
export class SimulatedRegistries {
  readonly time = new SimulatedTime();
  readonly nodes: readonly SimulatedRegistry[];
  readonly #random: Random;
  readonly #byId: ReadonlyMap<string, SimulatedRegistry>;
  /** Numbers of the links that there are, and when what was sent last on each arrives. */
  readonly #links = new Map<string, { readonly number: number; arrivesAt: number }>();
  #made = 0;

  constructor({ nodes, seed }: { nodes: number; seed: number }) {
    this.#random = seededRandom(seed);
    this.nodes = Array.from({ length: nodes }, (_, at) => {
      const node = {
        id: idOf(at),
        incarnation: 0,
        links: new Set<SimulatedRegistry>(),
        facts: [] as Fact[],
        record: undefined,
        bytes: 0,
      };
      return this.#live(node);
    });
    this.#byId = new Map(this.nodes.map((node) => [node.id, node]));
  }

  /** At least 0, less than `below`. */
  pick(below: number): number {
    return Math.floor(this.#random.next() * below);
  }

  run(ms: number): void {
    this.time.advance(ms);
  }

  connectAll(): void {
    for (const [at, a] of this.nodes.entries())
      for (const b of this.nodes.slice(at + 1)) this.connect(a, b);
  }

  connect(a: SimulatedRegistry, b: SimulatedRegistry): void {
    if (a === b || a.links.has(b)) return;
    const number = ++this.#made;
    for (const pair of [pairOf(a, b), pairOf(b, a)])
      this.#links.set(pair, { number, arrivesAt: 0 });
    a.links.add(b);
    b.links.add(a);
    a.registry.connected(b.id);
    b.registry.connected(a.id);
  }

  /** What is under way on it is lost. */
  disconnect(a: SimulatedRegistry, b: SimulatedRegistry): void {
    if (!a.links.delete(b)) return;
    b.links.delete(a);
    a.registry.disconnected(b.id);
    b.registry.disconnected(a.id);
  }

  /** Ends its process and starts it anew, without links and with nothing to tell. */
  restart(node: SimulatedRegistry): void {
    for (const peer of node.links) this.disconnect(node, peer);
    node.process.end();
    node.registry[Symbol.dispose]();
    this.#live(node);
  }

  publish(node: SimulatedRegistry, vtasks: number, names: readonly string[] = []): void {
    const named = names.map((name): NamedVtask => {
      return { tenant: 't', name, vtid: `v-${name}`, state: 'running' };
    });
    const capacity = { name: 'node', lanes: 2, memoryLimit: 2 ** 34 };
    node.record = { ...capacity, vtasks, memoryUsed: vtasks * 65_536, named };
    node.registry.publish(node.record);
  }

  /** Pairs of nodes of which the first does not hold what the second has published. */
  disagreements(): string[] {
    return this.nodes.flatMap((by) =>
      this.nodes.flatMap((of) => {
        const [held, told] = [canonical(by.registry.record(of.id)), canonical(of.record)];
        return held === told ? [] : [`${by.id} of ${of.id}: ${held}, not ${told}`];
      }),
    );
  }

  #live(node: Omit<SimulatedRegistry, 'process' | 'registry'>): SimulatedRegistry {
    node.incarnation++;
    node.record = undefined;
    const process = new SimulatedProcess(this.time);
    const registry = new Registry(
      {
        clock: process.clock,
        random: seededRandom(Math.floor(this.#random.next() * 2 ** 32)),
        send: (to, message) => this.#send(node as SimulatedRegistry, to, message),
      },
      {
        self: node.id,
        incarnation: node.incarnation,
        isAdmitted: () => true,
        onRecord: () => undefined,
        onFact: (fact) => node.facts.push(fact),
      },
    );
    registry.start();
    return Object.assign(node, { process, registry });
  }

  #send(from: SimulatedRegistry, to: string, message: Uint8Array): boolean {
    const receiver = this.#byId.get(to)!;
    if (!from.links.has(receiver)) return false;
    from.bytes += message.length + FRAME_BYTES;
    const pair = pairOf(from, receiver);
    const link = this.#links.get(pair)!;
    const delay = DELAY_MS[0] + (DELAY_MS[1] - DELAY_MS[0]) * this.#random.next();
    link.arrivesAt = Math.max(this.time.now + delay, link.arrivesAt);
    receiver.process.later(link.arrivesAt - this.time.now, 'message', () => {
      const stands = this.#links.get(pair)?.number === link.number && from.links.has(receiver);
      if (stands) receiver.registry.receive(from.id, message);
    });
    return true;
  }
}

function canonical(record: NodeRecord | undefined): string {
  if (record === undefined) return 'nothing';
  const names = record.named.map(({ name }) => name).toSorted();
  return `${record.vtasks} ${names.join(' ')}`;
}

function pairOf(a: SimulatedRegistry, b: SimulatedRegistry): string {
  return `${a.id} ${b.id}`;
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

function idOf(at: number): string {
  return `n${'a'.repeat(13)}${[10, 5, 0].map((bits) => DIGITS[(at >> bits) & 31]).join('')}`;
}
