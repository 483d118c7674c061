import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { Register, Registers, Swapped } from '#kernel/registers.ts';
import { UnreachableError } from '#node/errors.ts';
import type { NodeFiles } from '#node/node-files.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import { CasRegisters } from '#p2p/registers/cas-registers.ts';
import { nodeOf } from '#p2p/registers/configuration.ts';
import type { Proposer } from '#p2p/registers/proposer.ts';
import { RegisterService } from '#p2p/registers/register-service.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openJournal } from '#services/vstore/journal.ts';

const ACCEPTOR_JOURNAL = 'acceptor.journal';
/** Of a version whose registers had one writer each. It names vTasks that ended with their nodes, and nothing else. */
const FORMER_JOURNAL = 'registers.journal';
/** Says that this node has founded the registers of its cluster: never to be done a second time. */
const FOUNDED_FILE = 'registers.json';
const NOT_JOINED = 'this node has not joined its cluster yet; try again in a moment';

export interface NodeRegistersComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly network: PeerNetwork;
  readonly disk: Disk;
  readonly files: NodeFiles;
}

/**
 * The registers that the nodes of the cluster keep by consensus, as the kernel asks for them. They begin once it is known
 * which cluster this node belongs to.
 */
export class NodeRegisters implements Registers, AsyncDisposable {
  readonly #components: NodeRegistersComponents;
  /** What leases are changed and looked at by. Unavailable while this node belongs to no cluster. */
  readonly proposer: Pick<Proposer, 'change' | 'read'> = {
    read: async (...asked) => this.#service?.read(...asked) ?? { tag: 'unavailable' },
    change: async (...asked) => this.#service?.change(...asked) ?? { tag: 'unavailable' },
  };
  readonly #closing = new AbortController();
  #opening: Promise<void> = Promise.resolve();
  #service: RegisterService | undefined;
  #cas: CasRegisters | undefined;

  private constructor(components: NodeRegistersComponents) {
    this.#components = components;
    components.network.listen({
      onFrame() {},
      onRegisters: (node, frame) => this.#service?.receive(node, frame),
      onUp: (node) => this.#service?.up(node),
      onDown() {},
      onRecord() {},
      onMember() {},
    });
  }

  /**
   * The acceptor of a node that belongs to a cluster already is there when this resolves.
   * @throws {journal-format} {journal-corrupt} {acceptor-log-malformed} {acceptor-log-foreign} {full}
   */
  static async start(components: NodeRegistersComponents): Promise<NodeRegisters> {
    const registers = new NodeRegisters(components);
    if (components.network.founder !== undefined) await registers.#open();
    else registers.#opening = registers.#openOnceJoined();
    return registers;
  }

  /** How many there are, as far as this node knows; 0 while it belongs to no cluster. */
  get acceptors(): number {
    return this.#service?.configuration?.acceptors.length ?? 0;
  }

  /** Whether a node is one of the acceptors, as far as this one knows. */
  isKeptBy(node: string): boolean {
    const acceptors = this.#service?.configuration?.acceptors ?? [];
    return acceptors.some((each) => nodeOf(each) === node);
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
    await this.#service?.[Symbol.asyncDispose]();
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
    const { clock, random, logger, network, disk, files } = this.#components;
    const { self, founder } = network;
    if (founder === undefined) throw new UnreachableError(NOT_JOINED);
    const members = network.members();
    const founding =
      founder === self && (await files.readJson<unknown>(FOUNDED_FILE)) === undefined;
    const service = await RegisterService.open(
      {
        clock,
        random,
        logger,
        tick: (run) => clock.soon(run),
        openJournal: (replay) => openJournal({ disk, random }, { path: ACCEPTOR_JOURNAL, replay }),
        send: (node, frame) => void network.sendRegisters(node, frame),
        members: () =>
          network.members().map(({ id, connected, silentMs }) => {
            return { node: id, reachable: connected, silentMs };
          }),
      },
      {
        cluster: founder,
        node: self,
        incarnation: members.find(({ id }) => id === self)!.incarnation,
        founding,
      },
    );
    if (founding) await files.writeJson(FOUNDED_FILE, { founded: true });
    await disk.remove(FORMER_JOURNAL);
    this.#service = service;
    this.#cas = new CasRegisters(service);
    for (const { id, connected } of network.members()) if (connected && id !== self) service.up(id);
  }

  async #reach<T>(ask: (cas: CasRegisters) => Promise<T>): Promise<T> {
    if (this.#cas === undefined) throw new UnreachableError(NOT_JOINED);
    try {
      return await ask(this.#cas);
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (code === 'register-refused') throw error;
      throw new UnreachableError(message, { cause: error });
    }
  }
}
