import { readFile } from 'node:fs/promises';
import type { Registers } from '#kernel/registers.ts';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import type { Entry } from '#tests/p2p/registers/support/history.ts';
import type { Checks } from '#tests/simulation/checks/checks.ts';
import type { PathEntry } from '#tests/simulation/checks/paths.ts';
import type { Stage } from '#tests/simulation/stage.ts';
import { eventually } from './eventually.ts';
import { Machine } from './machine.ts';
import { monotonicMs } from './monotonic.ts';
import type { Network } from './network.ts';
import type { Started, Testimony } from './witness.ts';

const MOST_FAULTS = 20;

/** Something that was seen, and what it means to the checks. */
interface Seen {
  readonly at: number;
  readonly tell: (checks: Checks) => void;
}

export interface RealWorldInit {
  readonly nodes: number;
  readonly network: Network;
  readonly folder: string;
  readonly trace?: ((line: string) => void) | undefined;
}

/** Machines with real processes, and what is written down of what they do: told to the checks afterwards, in its order. */
export class RealWorld implements Stage, AsyncDisposable {
  readonly network: Network;
  readonly machines: readonly Machine[];
  readonly faults: string[] = [];
  readonly registerEntries: Entry[] = [];
  readonly pathEntries: PathEntry[] = [];
  readonly contents = new Map<string, Uint8Array>();
  readonly known: string[] = [];
  readonly rpcs: Stage['rpcs'] = {
    answered: (id, by) => this.#saw(({ rpcs }) => rpcs.answered(id, by)),
    failed: (id, error) => this.#saw(({ rpcs }) => rpcs.failed(id, error)),
  };
  readonly messages: Stage['messages'] = {
    taken: (...pair) => this.#saw(({ messages }) => messages.taken(...pair)),
  };
  readonly watches: Stage['watches'] = {
    set: (...watch) => this.#saw(({ watches }) => watches.set(...watch)),
  };
  readonly bearers: Stage['bearers'] = {
    killed: (vtid) => this.#saw(({ bearers }) => bearers.killed(vtid)),
  };
  readonly deaths: Stage['deaths'] = {
    told: (vtid) => this.#saw(({ deaths }) => deaths.told(vtid)),
  };
  readonly #clients = new Map<Machine, PosivClient>();
  readonly #running = new Map<Machine, Started>();
  readonly #trace: RealWorldInit['trace'];
  #seen: Seen[] = [];
  #lastId = 0;
  #open = true;

  private constructor(machines: Machine[], { network, trace }: RealWorldInit) {
    this.network = network;
    this.machines = machines;
    this.#trace = trace;
  }

  static async make(init: RealWorldInit): Promise<RealWorld> {
    const { nodes, network, folder } = init;
    const machines: Machine[] = [];
    const world = new RealWorld(machines, init);
    const components = {
      network,
      failed: (what: string) => world.fault(what),
      started: (machine: Machine, started: Started) => world.#started(machine, started),
      ended: (machine: Machine) => {
        world.note(`${machine.name} has ended`);
        world.#running.delete(machine);
      },
    };
    for (let at = 0; at < nodes; at += 1)
      machines.push(await Machine.make(components, { at, nodes, folder }));
    return world;
  }

  get now(): number {
    return monotonicMs();
  }

  nextId(): number {
    return (this.#lastId += 1);
  }

  note(text: string): void {
    this.#trace?.(`${this.now.toFixed(1)} ${text}`);
  }

  fault(what: string): void {
    this.note(`FAULT ${what}`);
    if (this.faults.length < MOST_FAULTS) this.faults.push(what);
  }

  client(machine: number): PosivClient | undefined {
    return this.#clients.get(this.machines[machine]!);
  }

  /** Resolves once a node can be talked to. */
  async reached(machine: number): Promise<PosivClient> {
    await eventually(`m${machine} can be talked to`, () => this.client(machine) !== undefined);
    return this.client(machine)!;
  }

  registers(machine: number): Registers | undefined {
    return this.machines[machine]?.registers;
  }

  /** All that was seen since the beginning, or since `forget`, in the order of time. */
  async tell(checks: Checks): Promise<void> {
    const said = await Promise.all(this.machines.map((machine) => this.#testimony(machine)));
    const heard = said.flat().flatMap(({ at, vtid, text, name, counts }) => {
      if (text === undefined) return [];
      return { at, tell: () => checks.wrote(vtid, text, () => name, counts) };
    });
    const all = [...heard, ...this.#seen].toSorted((one, other) => one.at - other.at);
    for (const { tell } of all) tell(checks);
  }

  /** By what its node said: the tag of the reason by which a vTask ended. */
  async ends(): Promise<ReadonlyMap<string, string>> {
    const said = await Promise.all(this.machines.map((machine) => this.#testimony(machine)));
    return new Map(
      said.flat().flatMap(({ vtid, ended }) => (ended === undefined ? [] : [[vtid, ended]])),
    );
  }

  /** Begins anew: what was written down has been looked at, and nothing is left of those it was about. */
  forget(): void {
    this.#seen = [];
    this.registerEntries.length = 0;
    this.pathEntries.length = 0;
    this.known.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    await Promise.all(this.machines.map((machine) => machine[Symbol.asyncDispose]()));
  }

  #saw(tell: (checks: Checks) => void): void {
    this.#seen.push({ at: this.now, tell });
  }

  async #testimony({ testimony }: Machine): Promise<Testimony[]> {
    const text = await readFile(testimony, 'utf8').catch(() => '');
    // The last line of a process that was killed may have been cut off.
    return text.split('\n').flatMap((line) => (line.endsWith('}') ? JSON.parse(line) : []));
  }

  #started(machine: Machine, started: Started): void {
    this.note(`${machine.name} has started`);
    this.#running.set(machine, started);
    void this.#attend(machine, started);
  }

  /** A program outside is connected to the node, again each time that it ends, for as long as the node's process lives. */
  async #attend(machine: Machine, started: Started): Promise<void> {
    const { socket } = started;
    while (this.#open && this.#running.get(machine) === started)
      try {
        const client = await connectControl({ socket });
        this.#clients.set(machine, client);
        void this.#listen(client);
        await client.closed;
        this.#clients.delete(machine);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50)); // the node is about to begin its next life
      }
  }

  /** A program outside takes what comes for it. */
  async #listen(client: PosivClient): Promise<void> {
    try {
      for (;;) {
        const event = await client.ipc.receive(0xffff_ffff);
        if (!event.ok || event.value.tag !== 'notice') continue;
        const { watch, vtid } = event.value.val;
        this.#saw(({ watches }) => watches.fired(client.vtid, watch, vtid));
      }
    } catch {
      // its node has ended, or itself
    }
  }
}
