import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { Register, Registers, Swapped } from '#kernel/registers.ts';
import { UnreachableError } from '#node/errors.ts';
import type { NodeFiles } from '#node/node-files.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import { CasRegisters } from '#p2p/registers/cas-registers.ts';
import { QuorumElsewhereError, RegistersMismatchError } from '#p2p/registers/errors.ts';
import type { EtcdGateway } from '#p2p/registers/etcd/gateway.ts';
import type { Forced, KnownElsewhere } from '#p2p/registers/forced-quorum.ts';
import type { Sighted } from '#p2p/registers/lease-sightings.ts';
import type { Proposer } from '#p2p/registers/proposer.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { registersInAcceptors } from './in-acceptors.ts';
import { registersInEtcd } from './in-etcd.ts';
import type { RegisterHome, RegistersFile } from './register-home.ts';

const FILE = 'registers.json';
const FORCE_TIMEOUT_MS = 60_000; // each register of each acceptor that is left is read
const NOT_JOINED = 'this node has not joined its cluster yet; try again in a moment';
const PLACES = { acceptors: 'by acceptors among the nodes', etcd: 'in etcd' };

export interface NodeRegistersComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly network: PeerNetwork;
  readonly disk: Disk;
  readonly files: NodeFiles;
  /** Where the cluster keeps its registers there, and not with acceptors among its nodes. */
  readonly etcd?: Pick<EtcdGateway, 'ask' | 'name'> | undefined;
}

/**
 * The registers that the nodes of the cluster agree on, as the kernel asks for them. They begin once it is known which
 * cluster this node belongs to.
 */
export class NodeRegisters implements Registers, AsyncDisposable {
  readonly #components: NodeRegistersComponents;
  /** What leases are changed and looked at by. Unavailable while this node belongs to no cluster. */
  readonly proposer: Pick<Proposer, 'change' | 'read'> & Sighted = {
    sighted: (...asked) => this.#home?.operations.sighted?.(...asked),
    read: async (...asked) => this.#home?.operations.read(...asked) ?? { tag: 'unavailable' },
    change: async (...asked) => this.#home?.operations.change(...asked) ?? { tag: 'unavailable' },
  };
  readonly #closing = new AbortController();
  #opening: Promise<void> = Promise.resolve();
  #home: RegisterHome | undefined;
  #cas: CasRegisters | undefined;

  private constructor(components: NodeRegistersComponents) {
    this.#components = components;
    components.network.listen({
      onFrame() {},
      onRegisters: (node, frame) => this.#home?.receive(node, frame),
      onUp: (node) => this.#home?.up(node),
      onDown() {},
      onRecord() {},
      onMember() {},
    });
  }

  /**
   * What a node that belongs to a cluster already keeps of the registers is there when this resolves.
   * @throws {journal-format} {journal-corrupt} {acceptor-log-malformed} {acceptor-log-foreign} {full}
   * @throws {registers-mismatch} the cluster keeps them elsewhere
   */
  static async start(components: NodeRegistersComponents): Promise<NodeRegisters> {
    const registers = new NodeRegisters(components);
    if (components.network.founder !== undefined) await registers.#open();
    else registers.#opening = registers.#openOnceJoined();
    return registers;
  }

  /** Resolves once this node has joined its cluster, and what it keeps of the registers is there, or has been said not to be. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    await this.#components.network.whenReady(signal);
    await this.#opening;
  }

  /** Whether they outlive whichever one of those that keep them, as far as this node knows. */
  get bearsLoss(): boolean {
    return this.#home?.bearsLoss ?? false;
  }

  /** Whether a node is one of the acceptors, as far as this one knows. */
  isKeptBy(node: string): boolean {
    return this.#home?.keepers.includes(node) ?? false;
  }

  /** The nodes that are acceptors, as far as this one knows. */
  get keepers(): readonly string[] {
    return this.#home?.keepers ?? [];
  }

  /** Of the configuration of the acceptors, as far as this node knows; 0 where there are none. */
  get epoch(): number {
    return this.#home?.epoch ?? 0;
  }

  get kept(): 'acceptors' | 'etcd' {
    return this.#components.etcd === undefined ? 'acceptors' : 'etcd';
  }

  /**
   * Begins the registers anew with what can be reached of them and is known elsewhere.
   * @throws {quorum-elsewhere} there are no acceptors {quorum-stands} {register-unavailable} {unreachable}
   */
  async forceQuorum(known: KnownElsewhere): Promise<Forced> {
    const { etcd } = this.#components;
    if (etcd !== undefined) throw new QuorumElsewhereError(etcd.name);
    if (this.#home?.forceQuorum === undefined) throw new UnreachableError(NOT_JOINED);
    return this.#home.forceQuorum(known, FORCE_TIMEOUT_MS);
  }

  read(key: string): Promise<Register> {
    return this.#reach((cas) => cas.read(key));
  }

  swap(key: string, expected: number, value: Uint8Array | undefined): Promise<Swapped> {
    return this.#reach((cas) => cas.swap(key, expected, value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#opening;
    await this.#home?.[Symbol.asyncDispose]();
  }

  async #openOnceJoined(): Promise<void> {
    const { network, logger } = this.#components;
    try {
      await network.whenReady(this.#closing.signal);
      await this.#open();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const { code, message } = error as Error & { code?: string };
      logger.error('this node has no registers', { code, reason: message });
    }
  }

  async #open(): Promise<void> {
    const { network, files, etcd } = this.#components;
    const { self, founder } = network;
    if (founder === undefined) throw new UnreachableError(NOT_JOINED);
    const { incarnation } = network.members().find(({ id }) => id === self)!;
    const life = { node: self, incarnation };
    const file = await files.readJson<RegistersFile>(FILE);
    const wanted = etcd === undefined ? 'acceptors' : 'etcd';
    const kept = file === undefined ? wanted : (file.kept ?? 'acceptors');
    if (kept !== wanted) throw new RegistersMismatchError(PLACES[kept], PLACES[wanted]);
    const note = (founded: boolean): Promise<void> =>
      files.writeJson(FILE, { kept, founded } satisfies RegistersFile);
    const founding = founder === self && file?.founded !== true;
    if (etcd === undefined) {
      this.#home = await registersInAcceptors(this.#components, {
        cluster: founder,
        life,
        founding,
      });
      if (founding || file === undefined) await note(founding);
    } else {
      if (file === undefined) await note(false);
      this.#home = registersInEtcd(
        { ...this.#components, gateway: etcd },
        { cluster: founder, life, founding, onFounded: () => note(true) },
      );
    }
    this.#cas = new CasRegisters(this.#home.operations);
    for (const { id, connected } of network.members())
      if (connected && id !== self) this.#home.up(id);
  }

  async #reach<T>(ask: (cas: CasRegisters) => Promise<T>): Promise<T> {
    if (this.#cas === undefined) throw new UnreachableError(NOT_JOINED);
    try {
      return await ask(this.#cas);
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (code === 'register-refused') throw error;
      const cause = this.#home?.mismatch ?? error;
      throw new UnreachableError(this.#home?.mismatch?.message ?? message, { cause });
    }
  }
}
