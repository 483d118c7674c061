import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';
import { FaultyDisk } from '#tests/services/vstore/support/faulty-disk.ts';
import type { PlantedBug } from '../planted-bugs.ts';
import { Process, type ProcessInit } from './process.ts';
import type { ManagerPrograms } from './manager-programs.ts';
import type { Programs } from './programs.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import { startSimulatedNode, type SimulatedNode } from './simulated-node.ts';

export interface MachineComponents {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly programs: Programs;
  readonly managers: ManagerPrograms | undefined;
  readonly wrote: (vtid: string, text: string) => void;
  readonly decided: (machine: string, functionName: string, value: unknown) => void;
  readonly log: (machine: string, level: keyof Logger, message: string, fields?: object) => void;
  /** Something in it went wrong that nothing should do. */
  readonly failed: (what: string) => void;
  readonly started: (machine: Machine, node: SimulatedNode) => void;
  readonly bug: PlantedBug | undefined;
}

export interface MachineInit extends ProcessInit {
  readonly name: string;
  readonly bootstrap: readonly string[];
}

/** One computer: its disk lasts, its processes come and go. */
export class Machine {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly #components: MachineComponents;
  readonly #init: MachineInit;
  #process: Process | undefined;
  #node: SimulatedNode | undefined;
  /** Bytes that may still be written to the disk. */
  #room = Infinity;
  #mounted: FaultyDisk | undefined;

  constructor(components: MachineComponents, init: MachineInit) {
    this.#components = components;
    this.#init = init;
    this.name = init.name;
    this.disk = new SimulatedDisk(components.random);
  }

  /** The node, while one runs and has come up. */
  get node(): SimulatedNode | undefined {
    return this.#node;
  }

  get process(): Process | undefined {
    return this.#process;
  }

  /** Starts a node on the machine's data, unless one runs. */
  start(): void {
    if (this.#process) return;
    const { timeline, random, network, programs, managers, bug } = this.#components;
    const { wrote, decided, log, failed, started } = this.#components;
    const process = new Process(timeline, this.#init);
    this.#process = process;
    network.poweredOn(this.name);
    const logger: Logger = {
      debug: (message, fields) => log(this.name, 'debug', message, fields),
      info: (message, fields) => log(this.name, 'info', message, fields),
      warn: (message, fields) => log(this.name, 'warn', message, fields),
      error: (message, fields) => log(this.name, 'error', message, fields),
    };
    const disk = this.disk.mount(process.main);
    this.#mounted = new FaultyDisk(bug?.disk?.(disk) ?? disk);
    this.#mounted.room = this.#room;
    startSimulatedNode(
      {
        process,
        random,
        logger,
        disk: this.#mounted,
        network,
        programs,
        wrote: (vtid, text) => {
          if (process.alive) wrote(vtid, text);
        },
        tamper: bug?.lanes,
        managers,
        decided: (functionName, value) => decided(this.name, functionName, value),
      },
      this.#init,
    ).then(
      (node) => {
        if (!process.alive) return;
        this.#node = node;
        bug?.node?.(node);
        started(this, node);
        // The others have taken it for lost: whoever runs it starts it anew.
        void node.fenced.then(() => {
          if (!process.alive) return;
          this.kill();
          this.start();
        });
      },
      (error: unknown) => {
        if (!process.alive) return;
        // To start takes room on the disk, too.
        if (!isFull(error)) failed(`${this.name} did not start: ${String(error)}`);
        this.kill();
      },
    );
  }

  /** Its process is killed; what was written is kept. */
  kill(): void {
    this.#end(true);
  }

  /** It loses power: what was not synced may be lost, and nothing tells its peers. */
  powerOff(): void {
    if (!this.#process) return;
    this.#end(false);
    this.disk.crash();
  }

  /** Its node is told to end, and ends in order. */
  async shutDown(): Promise<void> {
    const node = this.#node;
    if (!node) return;
    await node[Symbol.asyncDispose]();
  }

  /** Its disk has room for so many more bytes. */
  setRoom(bytes: number): void {
    this.#room = bytes;
    if (this.#mounted) this.#mounted.room = bytes;
  }

  #end(powered: boolean): void {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    this.#node = undefined;
    process.end();
    this.#components.network.ended(this.name, process, powered);
  }
}

/** Also where whoever wanted to write says what could not be stored. */
function isFull(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code === 'full' || (cause !== undefined && isFull(cause));
}
