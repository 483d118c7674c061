import type {
  AcceptorAnswer,
  AcceptorRequests,
  Configuration,
  RegisterFrame,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Random } from '#p2p/environment.ts';
import { firstConfiguration } from '#p2p/registers/configuration.ts';
import type { Proposer } from '#p2p/registers/proposer.ts';
import { decodeFrame, encodeFrame } from '#p2p/registers/register-frames.ts';
import { seededRandom } from '../../support/manual-clock.ts';
import { AcceptorMonitor } from './acceptor-monitor.ts';
import type { Bug } from './planted-bugs.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { SimulatedNetwork, type NetworkFaults } from './simulated-network.ts';
import { SimulatedNode } from './simulated-node.ts';
import { ProcessClock, Timeline } from './simulated-time.ts';

export interface WorldInit {
  readonly seed: number;
  /** How many nodes there are, and how many of them are acceptors at first. */
  readonly nodes: number;
  readonly acceptors: number;
  readonly network: NetworkFaults;
  readonly diskSlowMs: number;
  readonly diskFull?: number;
  /** Of clocks, in both directions. */
  readonly drift?: number;
  readonly bug?: Bug | undefined;
}

const MOST_MS = 60_000;

interface Machine {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly rate: number;
  starts: number;
  process: ProcessClock | undefined;
  node: SimulatedNode | undefined;
}

/** Nodes that come and go, joined by a network, in simulated time. Same seed, same world. */
export class World {
  readonly timeline = new Timeline();
  readonly random: Random;
  readonly monitor = new AcceptorMonitor();
  readonly network: SimulatedNetwork;
  readonly machines: readonly Machine[];
  readonly #init: WorldInit;
  readonly #acceptors: string[] = [];
  /** Sent so far. */
  frames = 0;
  /** Operations and answers sent so far, of each kind. */
  readonly sent = new Map<string, number>();
  #first: Configuration | undefined;

  constructor(init: WorldInit) {
    this.#init = init;
    this.random = seededRandom(init.seed);
    const { timeline, random } = this;
    this.network = new SimulatedNetwork(timeline, random, init.network, (from, to, frame) =>
      this.#deliver(from, to, frame),
    );
    const faults = { slowMs: init.diskSlowMs, full: init.diskFull ?? 0 };
    this.machines = Array.from({ length: init.nodes }, (_, at) => ({
      name: `n${at}`,
      disk: new SimulatedDisk(timeline, random, faults),
      rate: 1 + (2 * random.next() - 1) * (init.drift ?? 0),
      starts: 0,
      process: undefined,
      node: undefined,
    }));
  }

  /** Ids of the acceptors of all nodes, those that are acceptors at first in front. */
  get acceptors(): readonly string[] {
    return this.#acceptors;
  }

  /** The nodes that run. */
  get living(): SimulatedNode[] {
    return this.machines.flatMap(({ node }) => node ?? []);
  }

  node(at: number): SimulatedNode | undefined {
    return this.machines[at]?.node;
  }

  proposer(at: number): Proposer {
    return this.machines[at]!.node!.proposer;
  }

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const done = (): void => {
      state.settled = true;
    };
    promise.then(done, done);
    for (let ms = 0; ms < MOST_MS && !state.settled; ms += 1)
      await this.timeline.runUntil(this.timeline.now + 1);
    if (!state.settled) throw new Error(`nothing came of it in ${MOST_MS} simulated milliseconds`);
    return promise;
  }

  /** Starts all nodes for the first time. */
  async found(): Promise<void> {
    // Each learns its acceptor's id by opening its log; only then is it known who the acceptors are.
    for (const machine of this.machines) this.start(machine);
    await this.timeline.runUntil(this.timeline.now + 1_000);
    this.#acceptors.push(...this.living.map(({ log }) => log.id));
    this.#first = firstConfiguration(this.#acceptors.slice(0, this.#init.acceptors));
    for (const machine of this.machines) this.crash(machine);
    for (const machine of this.machines) this.start(machine);
    await this.timeline.runUntil(this.timeline.now + 1_000);
  }

  start(machine: Machine): void {
    if (machine.process !== undefined) return;
    const { timeline, random } = this;
    const clock = new ProcessClock(timeline, machine.rate);
    machine.process = clock;
    machine.starts += 1;
    const { disk, name, rate, starts } = machine;
    const send = (from: string, to: string, frame: Uint8Array): void => this.#send(from, to, frame);
    void SimulatedNode.start(
      { timeline, random, disk, send },
      { name, rate, bug: this.#init.bug },
      clock,
      starts,
      (acceptor) => this.#first ?? firstConfiguration([acceptor]),
    ).then(
      (node) => {
        if (clock.alive) machine.node = node;
      },
      (error: unknown) => {
        // Starting needs room on the disk too.
        machine.process = undefined;
        if ((error as { code?: string }).code !== 'full') this.monitor.note(String(error));
      },
    );
  }

  crash(machine: Machine): void {
    if (machine.process === undefined) return;
    machine.process.alive = false;
    machine.process = undefined;
    machine.node = undefined;
    machine.disk.crash();
  }

  #send(from: string, to: string, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    this.frames += 1;
    for (const tag of tagsIn(frame)) this.sent.set(tag, (this.sent.get(tag) ?? 0) + 1);
    if (frame.tag === 'requests') {
      this.monitor.requests(frame.val);
      const { bug } = this.#init;
      if (bug === 'answered-before-quorum') this.#forge(from, to, frame.val);
      if (bug === 'quorum-of-one-less' && to === this.machines[0]?.name) {
        this.#forge(from, to, frame.val);
        return;
      }
    } else if (frame.tag === 'answers') this.monitor.answers(this.timeline.now, frame.val);
    this.#carry(from, to, this.#tampered(frame) ?? bytes);
  }

  #carry(from: string, to: string, bytes: Uint8Array): void {
    if (from === to) this.timeline.after(0.01, () => this.#deliver(from, to, bytes));
    else this.network.send(from, to, bytes);
  }

  /** The list of an acceptor's registers as one of none. */
  #tampered({ tag, val }: RegisterFrame): Uint8Array | undefined {
    if (tag !== 'answers' || this.#init.bug !== 'not-rewritten') return;
    const answers = val.answers.map(({ id, result }): AcceptorAnswer => {
      return { id, result: result.tag === 'keys' ? { tag: 'keys', val: [] } : result };
    });
    return encodeFrame({ tag, val: { ...val, answers } });
  }

  /** Has the proposer believe that an acceptor has done what it asks for. */
  #forge(from: string, to: string, { acceptor, proposer, requests }: AcceptorRequests): void {
    const answers = requests.flatMap(({ id, operation }): AcceptorAnswer[] => {
      if (operation.tag === 'accept') return [{ id, result: { tag: 'accepted' } }];
      if (operation.tag !== 'prepare' || this.#init.bug !== 'quorum-of-one-less') return [];
      return [{ id, result: { tag: 'promised', val: undefined } }];
    });
    if (answers.length === 0) return;
    const bytes = encodeFrame({ tag: 'answers', val: { acceptor, proposer, answers } });
    this.timeline.after(0.01, () => this.#deliver(to, from, bytes));
  }

  #deliver(from: string, to: string, frame: Uint8Array): void {
    this.machines.find(({ name }) => name === to)?.node?.receive(from, frame);
  }
}

function tagsIn(frame: RegisterFrame): string[] {
  switch (frame.tag) {
    case 'requests':
      return frame.val.requests.map(({ operation }) => operation.tag);
    case 'answers':
      return frame.val.answers.map(({ result }) => result.tag);
    case 'news':
    case 'elsewhere':
      return [frame.tag];
  }
}

/** Nodes on a network and disks without faults, all started, and the acceptors configured. */
export async function calmWorld(
  init: Partial<WorldInit> & Pick<WorldInit, 'nodes' | 'acceptors'>,
): Promise<World> {
  const network = { lost: 0, doubled: 0, slowMs: 1 };
  const world = new World({ seed: 1, network, diskSlowMs: 1, ...init });
  await world.found();
  await world.until(world.proposer(0).read('first', MOST_MS));
  await world.timeline.runUntil(world.timeline.now + 100);
  return world;
}
