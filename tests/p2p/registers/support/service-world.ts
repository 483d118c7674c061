import type { Random } from '#p2p/environment.ts';
import { RegisterService } from '#p2p/registers/register-service.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openJournal } from '#services/vstore/journal.ts';
import { seededRandom } from '../../support/manual-clock.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { ProcessClock, Timeline } from './simulated-time.ts';
import { quiet } from '#tests/support/quiet.ts';

export const LOST_AFTER_MS = 5_000;

interface Machine {
  readonly name: string;
  readonly disk: SimulatedDisk;
  starts: number;
  endedAt: number;
  clock: ProcessClock | undefined;
  service: RegisterService | undefined;
}

/** The registers of whole nodes, of which the first founds them, on simulated time, disks and network. */
export class ServiceWorld {
  readonly timeline = new Timeline();
  readonly random: Random;
  readonly machines: Machine[] = [];
  /** Names of those that were taken out of the cluster. */
  readonly revoked = new Set<string>();
  /** Names of those that nobody has missed yet, though they are not there. */
  readonly unnoticed = new Set<string>();
  readonly #network: SimulatedNetwork;
  readonly #cut = new Set<string>();

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    const faults = { lost: 0, doubled: 0, slowMs: 1 };
    this.#network = new SimulatedNetwork(this.timeline, this.random, faults, (from, to, frame) =>
      this.#machine(to)?.service?.receive(from, frame),
    );
  }

  static async of(nodes: number, seed = 1): Promise<ServiceWorld> {
    const world = new ServiceWorld(seed);
    for (let at = 0; at < nodes; at += 1) await world.add();
    return world;
  }

  /** A node that joins. */
  async add(): Promise<Machine> {
    const { timeline, random } = this;
    const disk = new SimulatedDisk(timeline, random, { slowMs: 1, full: 0 });
    const name = `n${this.machines.length}`;
    const machine = { name, disk, starts: 0, endedAt: 0, clock: undefined, service: undefined };
    this.machines.push(machine);
    await this.start(machine);
    return machine;
  }

  async start(machine: Machine): Promise<void> {
    const { timeline, random } = this;
    const { name, disk } = machine;
    const clock = new ProcessClock(timeline, 1);
    machine.clock = clock;
    machine.starts += 1;
    const mounted = disk.mount(clock) as Disk;
    const opening = RegisterService.open(
      {
        clock,
        random,
        logger: quiet,
        tick: (run) => timeline.after(0, () => clock.alive && run()),
        openJournal: (replay) =>
          openJournal({ disk: mounted, random }, { path: 'acceptor.journal', replay }),
        send: (to, frame) => {
          if (clock.alive) this.#network.send(name, to, frame);
        },
        members: () => this.machines.map((each) => this.#seenBy(name, each)),
      },
      {
        cluster: 'c',
        node: name,
        incarnation: machine.starts,
        founding: machine === this.machines[0] && machine.starts === 1,
        lostAfterMs: LOST_AFTER_MS,
      },
    );
    machine.service = await this.until(opening);
    for (const other of this.machines) {
      if (other === machine) continue;
      other.service?.up(name);
      machine.service.up(other.name);
    }
  }

  crash(machine: Machine): void {
    if (machine.clock !== undefined) machine.clock.alive = false;
    machine.clock = undefined;
    machine.service = undefined;
    machine.endedAt = this.timeline.now;
    machine.disk.crash();
  }

  /** Neither hears of the other any more; both notice. */
  cut(one: Machine, other: Machine): void {
    for (const [from, to] of [
      [one.name, other.name],
      [other.name, one.name],
    ] as const) {
      this.#network.cut(from, to);
      this.#cut.add(`${from} ${to}`);
    }
  }

  mend(): void {
    this.#network.mend();
    this.#cut.clear();
    for (const one of this.machines)
      for (const other of this.machines) if (one !== other) one.service?.up(other.name);
  }

  /** Lets time pass until it holds. */
  async reaches(condition: () => boolean, mostMs = 60_000): Promise<boolean> {
    const end = this.timeline.now + mostMs;
    while (!condition() && this.timeline.now < end)
      await this.timeline.runUntil(this.timeline.now + 10);
    return condition();
  }

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const done = (): void => {
      state.settled = true;
    };
    promise.then(done, done);
    if (!(await this.reaches(() => state.settled))) throw new Error('nothing came of it');
    return promise;
  }

  /** The nodes that are acceptors, as a node knows it. */
  acceptors(at = 0): string {
    const { acceptors = [] } = this.machines[at]!.service?.configuration ?? {};
    return acceptors
      .map((each) => each.split('.')[0]!)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join(' ');
  }

  /** All nodes but one, as that one sees them. */
  othersOf(
    name: string,
  ): { node: string; reachable: boolean; incarnation: number; revoked: boolean }[] {
    return this.machines
      .filter((each) => each.name !== name)
      .map((each) => ({
        ...this.#seenBy(name, each),
        ...(this.unnoticed.has(each.name) && { reachable: true }),
        incarnation: each.starts,
        revoked: this.revoked.has(each.name),
      }));
  }

  #machine(name: string): Machine | undefined {
    return this.machines.find((each) => each.name === name);
  }

  #seenBy(
    name: string,
    { name: node, service, endedAt }: Machine,
  ): { node: string; reachable: boolean; silentMs: number } {
    const reachable = node === name || (service !== undefined && !this.#cut.has(`${name} ${node}`));
    return { node, reachable, silentMs: reachable ? 0 : this.timeline.now - endedAt };
  }
}
