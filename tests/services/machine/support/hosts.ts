import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { systemClock } from '#kernel/system-clock.ts';
import { Streams } from '#node/streams/streams.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { HypervisorCalls, Spec } from '#posiv-wit/generated/machine.ts';
import { MachineDriver } from '#services/machine/driver/machine-driver.ts';
import { TINY_TEMPLATE, tinyGuest } from '#tests/support/tiny-guest.ts';
import { Consoles } from './consoles.ts';
import { driverComponents, ROOMY } from './driver-components.ts';
import { MemoryBlobs } from './memory-blobs.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** What a node keeps for the machines that come, in its folder of machines. */
export const CACHES: ReadonlySet<string> = new Set(['boot', 'images', 'trees']);

/** Of the tiny guest, which every store has. */
export const TINY: Spec = {
  name: 'tiny',
  template: {
    ...TINY_TEMPLATE,
    kernel: 'tiny',
    initrd: 'tiny',
    image: undefined,
    userData: undefined,
  },
  shape: { memory: 32 * MIB, processors: 1, disk: 64 * MIB },
  cards: [],
  bandwidth: 16 * MIB,
  from: undefined,
  paused: false,
  backend: undefined,
};

/** Drivers in this process, as nodes would have them, with a vStore in memory that all share. */
export class Hosts {
  readonly #folder: string;
  readonly #blobs = new MemoryBlobs();
  readonly #hosts = new Map<string, Host>();
  /** Pairs of nodes, in both directions, between which nothing goes. */
  readonly #cut = new Set<string>();
  /** How much memory nodes have, in bytes, where that is not 16 GiB. */
  readonly memory = new Map<string, number>();
  /** Called at each thing that one node asks of another. */
  onStep: () => void = () => {};

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(t: ExecutionContext, ...names: readonly string[]): Promise<Hosts> {
    const hosts = new Hosts(await mkdtemp(join(tmpdir(), 'vstar-test-')));
    hosts.keep('tiny', tinyGuest());
    for (const name of names) await hosts.#add(name);
    t.teardown(async () => {
      for (const { driver, streams } of hosts.#hosts.values()) {
        streams[Symbol.dispose]();
        await driver[Symbol.asyncDispose]();
      }
      await rm(hosts.#folder, { recursive: true, force: true });
    });
    return hosts;
  }

  /** Keeps bytes in vStore, under an id. */
  keep(blob: string, bytes: Uint8Array): void {
    this.#blobs.put(blob, bytes);
  }

  /** The machine of an agent. */
  machine(node: string, vtid: string, tenant = 'default'): TestMachine {
    const host = this.#hosts.get(node)!;
    const agent = { vtid, creator: undefined, tenant };
    const console = host.consoles.of(vtid);
    const calls = host.driver.callsFor(agent);
    return {
      calls,
      agentEnded() {
        host.driver.agentEnded(vtid);
        console.gone('its agent has ended');
      },
      said: () => console.text,
      hasSaid: (text) => console.until((said) => said.includes(text)),
      ended: () => console.end,
      type: (text) => calls.writeConsole(Buffer.from(text)),
    };
  }

  /** As if the connection between two nodes had broken. */
  cut(one: string, other: string): void {
    this.#cut.add(`${one} ${other}`).add(`${other} ${one}`);
    for (const [name, lost] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#hosts.get(name)!.driver.nodeDown(lost);
      this.#hosts.get(name)!.broken.resolve();
    }
  }

  /** As if a node had been killed: its machines end, and nobody hears of it but by the connection. */
  async kill(name: string): Promise<void> {
    for (const other of this.#hosts.keys()) if (other !== name) this.cut(name, other);
    const { driver, consoles } = this.#hosts.get(name)!;
    await driver[Symbol.asyncDispose]();
    consoles.gone('its node was killed');
  }

  /** Resolves once what has ended has gone. Throws where something of machines is left: on the disk, or memory that is promised. */
  async isEmpty(node: string): Promise<void> {
    const { driver } = this.#hosts.get(node)!;
    await driver.settled();
    const found = await readdir(join(this.#folder, node)).catch(() => []); // its node has ended
    const left = found.filter((name) => !CACHES.has(name));
    const { machines, memoryUsed } = await driver.report();
    if (machines + memoryUsed + left.length > 0)
      throw new Error(`left on ${node}: ${machines} machines, ${memoryUsed} bytes, ${left.join()}`);
  }

  /** Whether anything of an image has come to a node. */
  async hasImages(node: string): Promise<boolean> {
    const found = await readdir(join(this.#folder, node, 'images')).catch(() => []);
    return found.length > 0;
  }

  driver(node: string): MachineDriver {
    return this.#hosts.get(node)!.driver;
  }

  async #add(name: string): Promise<void> {
    const network = {
      pull: (...asked: Parameters<PeerNetwork['pull']>) => this.#pull(name, asked),
    };
    const streams = new Streams(network as unknown as PeerNetwork, systemClock);
    const consoles = new Consoles();
    const driver = await MachineDriver.open(
      driverComponents({
        agents: consoles.agents,
        blobs: () => this.#blobs.calls,
        resources: {
          ...ROOMY,
          memory: async () => {
            const total = this.memory.get(name) ?? 16 * GIB;
            return { total, available: 16 * GIB, others: 0 };
          },
        },
        peers: {
          self: name,
          write: (stream) => streams.write(stream),
          read: (node, stream, signal) => streams.read(node, stream, signal),
          calls: (node, tenant) => this.#callsOf(name, node, tenant),
        },
      }),
      {
        folder: join(this.#folder, name),
        cacheDir: join(this.#folder, 'cache'),
        path: process.env['PATH'] ?? '',
      },
    );
    const broken = Promise.withResolvers<void>();
    this.#hosts.set(name, { driver, streams, consoles, broken });
  }

  #callsOf(from: string, node: string, tenant: string): ReturnType<MachineDriver['callsOf']> {
    const calls = this.#hosts.get(node)!.driver.callsOf(from, tenant);
    const ask = async <T>(work: () => T): Promise<Awaited<T>> => {
      this.onStep();
      this.#reach(from, node);
      const answer = await work();
      this.onStep();
      this.#reach(from, node); // what is answered then is not heard
      return answer;
    };
    return {
      give: (token, taker) => ask(() => calls.give(token, taker)),
      taken: (token) => ask(() => calls.taken(token)),
      givenUp: (token) => ask(() => calls.givenUp(token)),
    };
  }

  async *#pull(
    from: string,
    [node, name, offset, size, signal]: Parameters<PeerNetwork['pull']>,
  ): AsyncGenerator<Uint8Array> {
    const { streams } = this.#hosts.get(node)!;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void this.#hosts
        .get(from)!
        .broken.promise.then(() => reject(new Error('the line is broken')));
    });
    aborted.catch(() => {});
    this.onStep();
    this.#reach(from, node);
    let opened: Awaited<NonNullable<ReturnType<Streams['open']>>>;
    try {
      opened = await Promise.race([streams.open(name, offset, size)!, aborted]);
    } catch (error) {
      throw Object.assign(error as Error, { reason: (error as { code?: string }).code });
    }
    this.onStep();
    this.#reach(from, node);
    yield* opened.chunks;
  }

  #reach(from: string, node: string): void {
    if (this.#cut.has(`${from} ${node}`)) throw new Error(`${node} cannot be reached`);
  }
}

interface Host {
  readonly driver: MachineDriver;
  readonly streams: Streams;
  readonly consoles: Consoles;
  /** Resolves when its connection with the others is lost. */
  readonly broken: PromiseWithResolvers<void>;
}

export interface TestMachine {
  readonly calls: HypervisorCalls;
  agentEnded(): void;
  /** By its console, since its agent began. */
  said(): string;
  /** Waits until it has. @throws it ends before */
  hasSaid(text: string): Promise<void>;
  ended(): ExitReason | undefined;
  type(text: string): unknown;
}
