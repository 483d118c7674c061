import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { FUNCTIONS } from '#posiv-wit/generated/functions/wire.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';
import { rank } from '#services/managers/distribution/strategy.ts';
import { keep } from '#services/managers/storage/strategy.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { UnreachableError } from '#services/vstore/errors.ts';
import {
  createVStore,
  openNodeDisk,
  type StorePeers,
  type VStore,
  type VStoreInit,
} from '#services/vstore/vstore.ts';
import { ManualClock } from './manual-clock.ts';
import { diskRegisters, SharedRegisters } from './registers.ts';

export interface ClusterInit extends VStoreInit {
  /** Where the nodes' folders are made. Default the system's temporary folder. */
  readonly folder?: string;
  /** Whether what paths stand for outlives this process, on the disk of the only node. */
  readonly onDisk?: boolean;
  /** Stands between a node and its disk. */
  readonly wrapDisk?: (disk: Disk, node: string) => Disk;
}

/** Nodes in one process, on real disks, whose calls go through the generated codecs. */
export class Cluster implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly folder: string;
  readonly nodes = new Map<string, TestNode>();
  readonly registers = new SharedRegisters();
  /** The roster, as all nodes know it. */
  members: string[] = [];
  readonly down = new Set<string>();
  ready = true;
  /** What tenants may have of each node. The tenant of a node's own calls is `alice`. */
  readonly storeBytes = new Map<string, number>();
  /** Changes what a node gives in bulk. */
  tamper: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  /** Hears of each part of bulk that a node is about to send. */
  sends: (from: string) => void = () => {};
  /** The functions that were called, in order, as `from to name`. */
  readonly calls: string[] = [];
  readonly #init: ClusterInit;

  private constructor(folder: string, init: ClusterInit) {
    this.folder = folder;
    this.#init = init;
  }

  static async start(names: readonly string[], init: ClusterInit = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(init.folder ?? tmpdir(), 'vstore-'));
    const cluster = new Cluster(folder, init);
    cluster.members = [...names];
    for (const name of names) await cluster.add(name);
    return cluster;
  }

  /** Opens a node; it is no member by that. */
  async add(name: string): Promise<TestNode> {
    const disk = await openNodeDisk(join(this.folder, name), 0);
    const wrapped = this.#init.wrapDisk?.(disk, name) ?? disk;
    const own = this.#init.onDisk === true ? await diskRegisters(disk) : undefined;
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const opening = createVStore(
      {
        disk: wrapped,
        clock: this.clock,
        random: { bytes: (count) => randomBytes(count), next: Math.random },
        logger: { debug() {}, info() {}, warn, error: warn },
        peers: this.#peersOf(name),
        strategy: { keep: (request) => keep(this.#view(), request), rank },
        quota: { refusal: (tenant, bytes) => this.#refusal(tenant, bytes) },
        registers: own ?? this.registers.of(name, () => this.#hasQuorum(name)),
      },
      this.#init,
    );
    const store = await opening.catch(async (error: unknown) => {
      await own?.[Symbol.asyncDispose]();
      await disk.close();
      throw error;
    });
    const node = new TestNode(name, { store, disk, registers: own }, warnings);
    this.nodes.set(name, node);
    return node;
  }

  /** Opens a node that is a member from then on. */
  async join(name: string): Promise<TestNode> {
    const node = await this.add(name);
    this.members = [...this.members, name];
    return node;
  }

  node(name: string): TestNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  /** Ends a node as a program that is told to ends. */
  async stop(name: string): Promise<void> {
    const node = this.node(name);
    this.nodes.delete(name);
    await node[Symbol.asyncDispose]();
  }

  async restart(name: string): Promise<TestNode> {
    await this.stop(name);
    return this.add(name);
  }

  /** A round of garbage collection on every node, twice, since a blob goes in the second. */
  async collect(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (const node of this.nodes.values()) await node.store.collect();
    }
  }

  path(node: string, ...parts: string[]): string {
    return join(this.folder, node, ...parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.nodes.keys()) await this.stop(name);
    await rm(this.folder, { recursive: true });
  }

  #refusal(tenant: string, bytes: number): string | undefined {
    const most = this.storeBytes.get(tenant) ?? Infinity;
    return bytes > most ? `store-bytes: ${bytes} would be held, at most ${most}` : undefined;
  }

  #hasQuorum(node: string): boolean {
    const up = this.members.filter((name) => !this.down.has(name) && this.nodes.has(name));
    return !this.down.has(node) && up.length > this.members.length / 2;
  }

  #view(): Parameters<typeof keep>[0] {
    const rest = { lanes: 1, vtasks: 0, memoryUsed: 0, memoryLimit: 2 ** 30, pending: 0 };
    return this.members.map((id) => ({ id, reachable: !this.down.has(id), ...rest }));
  }

  #peersOf(self: string): StorePeers {
    const reach = (node: string): VStore => {
      const found = this.nodes.get(node);
      if (this.down.has(node) || this.down.has(self) || found === undefined) {
        throw new UnreachableError(`test: ${node} is down`);
      }
      return found.store;
    };
    return {
      self,
      members: () => this.members,
      reachable: (node) => !this.down.has(node) && !this.down.has(self) && this.nodes.has(node),
      ready: () => this.ready,
      call: async (node, name, params) => {
        const store = reach(node);
        this.calls.push(`${self} ${node} ${name.split('#')[1]}`);
        const answer = await throughCodecs(store, name, params);
        reach(node);
        return answer;
      },
      pull: (node, name, offset, size) => {
        const reachSending = (): VStore => {
          this.sends(node);
          return reach(node);
        };
        return this.#pull(reachSending, name, offset, size);
      },
    };
  }

  async *#pull(
    reach: () => VStore,
    name: string,
    offset: number,
    size: number,
  ): AsyncGenerator<Uint8Array> {
    const { chunks } = await reach().openBulk(name, offset, size);
    for await (const bytes of chunks) {
      for (let at = 0; at < bytes.length; at += 65_536) {
        reach();
        yield this.tamper(bytes.subarray(at, at + 65_536));
      }
    }
  }
}

export class TestNode implements AsyncDisposable {
  readonly name: string;
  readonly store: VStore;
  readonly warnings: readonly string[];
  readonly files: FilesCalls;
  readonly blobs: BlobsCalls;
  readonly #disk: Disk;
  readonly #registers: AsyncDisposable | undefined;

  constructor(
    name: string,
    {
      store,
      disk,
      registers,
    }: { store: VStore; disk: Disk; registers: AsyncDisposable | undefined },
    warnings: readonly string[],
  ) {
    this.name = name;
    this.store = store;
    this.#disk = disk;
    this.#registers = registers;
    this.warnings = warnings;
    ({ files: this.files, blobs: this.blobs } = store.callsFor({
      vtid: `task-${name}`,
      creator: `creator-${name}`,
      tenant: 'alice',
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.#registers?.[Symbol.asyncDispose]();
    await this.#disk.close();
  }
}

async function throughCodecs(
  store: VStore,
  name: string,
  params: readonly unknown[],
): Promise<unknown> {
  const descriptor = FUNCTIONS.find((one) => one.name === name);
  if (descriptor === undefined) throw new Error(`no function ${name}`);
  const request = new Writer();
  descriptor.writeParams(request, params);
  const method = descriptor.method as keyof VStore['peerCalls'];
  const call = store.peerCalls[method] as (...given: unknown[]) => unknown;
  const result = await call(...descriptor.readParams(new Reader(request.take())));
  const response = new Writer();
  descriptor.writeResult(response, result);
  return descriptor.readResult(new Reader(response.take()));
}
