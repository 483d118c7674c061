import type { Entry } from '#tests/p2p/registers/support/history.ts';
import { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Registers } from '#kernel/registers.ts';
import { birthLife, birthNode } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import { memoryId } from '#tests/p2p/support/memory-network.ts';
import { Checks } from '../checks/checks.ts';
import { Decisions } from '../checks/decisions.ts';
import { Lives } from '../checks/lives.ts';
import { MustRun } from '../checks/must-run.ts';
import type { PathEntry } from '../checks/paths.ts';
import type { Fate } from '../checks/watches.ts';
import type { PlantedBug } from '../planted-bugs.ts';
import { localRegisters } from './local-registers.ts';
import { Machine } from './machine.ts';
import type { ManagerPrograms } from './manager-programs.ts';
import type { Stage } from '../stage.ts';
import type { Programs } from './programs.ts';
import { hashOf, seededRandom } from './seeded-random.ts';
import { SessionClient } from './session-client.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedNode } from './simulated-node.ts';

const DRIFT = 0.01;
const DAY_MS = 86_400_000;
const MOST_FAULTS = 20;
const LOOK_EVERY_MS = 50;
// Of a peer that is cut off for what it sent: nothing that a sound node sends is one of these.
const VIOLATION = /malformed|unexpected|too-long|invalid|version-mismatch/;

interface LoggedFields {
  readonly code?: string;
  readonly name?: string;
  readonly node?: string;
  readonly incarnation?: number;
  readonly manager?: string;
  readonly error?: string;
}

export interface WorldInit {
  readonly seed: number;
  readonly nodes: number;
  readonly programs: Programs;
  /** By which nodes decide, if not by functions of their own. */
  readonly managers: ManagerPrograms | undefined;
  readonly bug: PlantedBug | undefined;
  /** Given each line that nodes log and guests write, to look at. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** Machines, what joins them, and all that is known of what they have done. */
export class World implements Stage {
  readonly timeline = new Timeline();
  readonly network: SimulatedNetwork;
  readonly machines: readonly Machine[];
  readonly programs: Programs;
  readonly faults: string[] = [];
  readonly checks = new Checks((what) => this.fault(what));
  readonly rpcs = this.checks.rpcs;
  readonly messages = this.checks.messages;
  readonly watches = this.checks.watches;
  readonly bearers = this.checks.bearers;
  readonly deaths = this.checks.deaths;
  readonly mustRun = new MustRun((what) => this.fault(what));
  readonly decisions = new Decisions((what) => this.fault(what));
  readonly lives = new Lives((what) => this.fault(what));
  readonly registerEntries: Entry[] = [];
  readonly pathEntries: PathEntry[] = [];
  /** Of the blobs that were sealed. */
  readonly contents = new Map<string, Uint8Array>();
  /** vTasks that programs outside have made or heard of. */
  readonly known: string[] = [];
  readonly #clients = new Map<Machine, SessionClient>();
  /** Of those whose nodes have ended. */
  readonly #fates = new Map<string, Fate>();
  readonly #trace: WorldInit['trace'];
  #hash = hashOf('');
  #lastId = 0;

  constructor({ seed, nodes, programs, managers, bug, trace }: WorldInit) {
    const { timeline } = this;
    this.programs = programs;
    this.#trace = trace;
    const fault = (what: string): void => this.fault(what);
    this.network = new SimulatedNetwork(timeline, seededRandom(seed, 'network'));
    const clocks = seededRandom(seed, 'clocks');
    this.machines = Array.from({ length: nodes }, (_, at) => {
      const name = `m${at}`;
      return new Machine(
        {
          timeline,
          programs,
          managers,
          bug,
          random: seededRandom(seed, name),
          network: this.network,
          wrote: (vtid, text) => this.#wrote(vtid, text),
          decided: (...decision) => this.#decided(...decision),
          log: (machine, level, message, fields) => this.#logged(machine, level, message, fields),
          failed: fault,
          started: (machine, node) => this.#started(machine, node),
        },
        {
          name,
          rate: 1 + (2 * clocks.next() - 1) * DRIFT,
          wallOffsetMs: Math.floor((2 * clocks.next() - 1) * DAY_MS),
          bootstrap: at === 0 ? [] : ['m0', ...(at > 1 ? ['m1'] : [])],
        },
      );
    });
    this.#look();
  }

  get now(): number {
    return this.timeline.now;
  }

  /** Of all that was seen until now, and when. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** A number that was never given before. */
  nextId(): number {
    return (this.#lastId += 1);
  }

  fault(what: string): void {
    if (this.faults.length < MOST_FAULTS)
      this.faults.push(`at ${Math.round(this.timeline.now)}: ${what}`);
    this.note(`FAULT ${what}`);
  }

  /** Something has been seen. */
  note(text: string): void {
    this.#hash = hashOf(`${this.timeline.now} ${text}`, this.#hash);
    this.#trace?.(`${this.timeline.now.toFixed(3)} ${text}`);
  }

  /** The program outside that is connected to the node of a machine; none while it is down. */
  client(machine: number): SessionClient | undefined {
    return this.#clients.get(this.machines[machine]!);
  }

  registers(machine: number): Registers | undefined {
    const { node } = this.machines[machine]!;
    return node && localRegisters(node, this.lives);
  }

  runFor(ms: number): Promise<void> {
    return this.timeline.runUntil(this.timeline.now + ms);
  }

  /** Whether a vTask lives, by the table of the node that it was born on. */
  isAlive(vtid: string): boolean {
    const vtask = this.#birthNode(vtid)?.kernel.table.get(vtid);
    return vtask !== undefined && !hasEnded(vtask.state);
  }

  /** The vTasks that run, and the machines of their nodes. */
  *living(): Iterable<readonly [machine: number, vtid: string]> {
    for (const [at, { node }] of this.machines.entries())
      for (const { vtid, state, program } of node?.kernel.table.values() ?? [])
        if (state === 'running' && program !== '') yield [at, vtid];
  }

  /** Whether the life of its node that a vTask was born in is over, as that node is up again. */
  isOfEarlierLife(vtid: string): boolean {
    const node = this.#birthNode(vtid);
    return node !== undefined && birthLife(vtid) < node.kernel.components.peers.incarnation;
  }

  fateOf(vtid: string): Fate {
    const node = this.#birthNode(vtid);
    const vtask = node?.kernel.table.get(vtid);
    if (!vtask) return this.#fates.get(vtid) ?? 'unknown';
    if (!hasEnded(vtask.state)) return 'alive';
    return vtask.reason?.tag === 'exited' ? 'exited' : 'died';
  }

  #birthNode(vtid: string): SimulatedNode | undefined {
    const id = birthNode(vtid);
    return this.machines.find(({ name }) => memoryId(name) === id)?.node;
  }

  #started(machine: Machine, node: SimulatedNode): void {
    this.note(`${machine.name} has started`);
    const client = new SessionClient(node);
    this.#clients.set(machine, client);
    node.process.atEnd(() => {
      this.#clients.delete(machine);
      // Whether those who watched one that exited a moment ago heard of that, or only that it is gone, nobody can say.
      for (const { vtid, reason } of node.kernel.table.values())
        this.#fates.set(vtid, reason?.tag === 'exited' ? 'unknown' : 'lost');
    });
    void this.#listen(client);
  }

  /** A program outside takes what comes for it. */
  async #listen(client: SessionClient): Promise<void> {
    try {
      for (;;) {
        const event = await client.ipc.receive(0xffff_ffff);
        if (event.ok && event.value.tag === 'notice') {
          const { watch, vtid, change } = event.value.val;
          this.note(`${client.vtid} hears by watch ${watch} that ${vtid} ${change.tag}`);
          this.watches.fired(client.vtid, watch, vtid);
        }
      }
    } catch {
      // its node has ended, or itself
    }
  }

  #wrote(vtid: string, text: string): void {
    this.note(`${vtid} ${text}`);
    const node = this.#birthNode(vtid);
    this.checks.wrote(vtid, text, () => node?.kernel.table.get(vtid)?.name);
    if (node) this.lives.acts(node.kernel.self, node.mayAct, this.now, `${vtid} did '${text}'`);
  }

  #decided(machine: string, functionName: string, value: unknown): void {
    this.note(`${machine} ${functionName} ${JSON.stringify(value)}`);
    this.decisions.taken(functionName);
  }

  #logged(machine: string, level: string, message: string, fields: object = {}): void {
    this.note(`${machine} ${level} ${message} ${JSON.stringify(fields)}`);
    const {
      code = '',
      node,
      incarnation,
      name = '',
      manager = '',
      error = '',
    } = fields as LoggedFields;
    if (message === 'a node is lost') {
      this.lives.ended(node!, incarnation!);
      void this.#askOfLost(machine, node!, incarnation!);
    }
    if (message === 'a vTask is not made again: it ended too often') this.mustRun.givenUp(name);
    if (message === 'a manager failed, the built-in strategy decided')
      this.decisions.fellBack(machine, manager, error);
    if (message === 'cut off a peer' && VIOLATION.test(code))
      this.fault(`${machine} cut off a peer: ${JSON.stringify(fields)}`);
  }

  /** A node has learnt that a life of another is over: whoever asks it of a vTask of that life is told so from then on. */
  async #askOfLost(machine: string, node: string, incarnation: number): Promise<void> {
    const client = this.client(this.machines.findIndex(({ name }) => name === machine));
    const vtid = this.known.findLast(
      (each) => birthNode(each) === node && birthLife(each) <= incarnation,
    );
    if (!client || vtid === undefined) return;
    try {
      const info = await client.vtask.info(vtid);
      const answer = info.ok ? 'ok' : info.error.tag;
      if (answer !== 'task-died')
        this.fault(
          `${machine} knows that life ${incarnation} of ${node} is over, and says of ${vtid}: ${answer}`,
        );
    } catch {
      // its own node has ended
    }
  }

  /** Looks at all tables from time to time. */
  #look(): void {
    this.timeline.after(LOOK_EVERY_MS, () => {
      this.bearers.living(this.#bearersNow());
      for (const { node } of this.machines)
        if (node) this.lives.acts(node.kernel.self, node.mayAct, this.now);
      this.#look();
    });
  }

  /** All that live under a name. */
  named(): readonly VTask[] {
    return this.machines
      .flatMap(({ node }) => [...(node?.kernel.table.values() ?? [])])
      .filter(({ name, state }) => name !== undefined && !hasEnded(state));
  }

  #bearersNow(): readonly VTask[] {
    const bearers: VTask[] = [];
    // What is on a node whose lease may have run out has no effect any more.
    for (const { node } of this.machines) {
      if (!node?.mayAct) continue;
      for (const vtask of node.kernel.table.values())
        if (vtask.name !== undefined && !hasEnded(vtask.state)) bearers.push(vtask);
    }
    return bearers;
  }
}
