import type { Clock } from '#kernel/clock.ts';
import type { DurableEntry } from '#kernel/durable-list.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Registers } from '#kernel/registers.ts';
import { INHERITED, NodeList } from '#node/failover/node-list.ts';
import { Revivals } from '#node/failover/revivals.ts';
import { Takeover } from '#node/failover/takeover.ts';
import type { WatchedNode } from '#p2p/registers/lost-nodes.ts';

const LOOK_EVERY_MS = 500;
/** Between those who may take a list over: the first is likely to be done when the next one looks. */
const RANK_MS = 250;

export interface FailoverComponents {
  readonly registers: Registers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly others: () => readonly WatchedNode[];
  readonly isLost: (node: string, incarnation: number) => boolean;
}

export interface FailoverInit {
  readonly node: string;
  readonly incarnation: number;
}

/**
 * This node's part in failover: what of it others have to make again is on its list (`list`, for the kernel), and when another
 * node is lost it takes that one's list over, or sees to it that somebody does. README.md has the argument.
 */
export class Failover implements Disposable {
  readonly list: NodeList;
  readonly #components: FailoverComponents;
  readonly #init: FailoverInit;
  readonly #takeover: Takeover;
  #revivals: Revivals | undefined;
  /** What an earlier life of this node left, while there is no kernel yet. */
  #inherited: readonly DurableEntry[] = [];
  /** Nodes whose lists may have to be taken over. */
  readonly #pending = new Set<string>();
  #cancel: () => void = () => undefined;
  #looking = false;
  /** One has been added that was not looked at yet. */
  #isFresh = false;
  #closed = false;

  constructor(components: FailoverComponents, init: FailoverInit) {
    this.#components = components;
    this.#init = init;
    const { registers, clock, logger } = components;
    this.list = new NodeList(
      { registers, clock, logger },
      {
        ...init,
        onOrphans: (entries, isLoss) => {
          if (this.#revivals) this.#revivals.add(entries, isLoss);
          else this.#inherited = entries;
        },
      },
    );
    this.#takeover = new Takeover(
      {
        registers,
        isOver: components.isLost,
        keep: async (entries) => {
          await Promise.all(entries.map((entry) => this.list.add(entry, INHERITED)));
        },
      },
      init,
    );
  }

  /** Begins to look after what lost nodes have left, this one's own earlier life included. */
  follow(kernel: Kernel): void {
    const { clock, logger, isLost } = this.#components;
    this.#revivals = new Revivals({
      kernel,
      clock,
      logger,
      isOver: isLost,
      isGone: (node) => this.#isGone(node),
      done: (entry) => {
        kernel.durables.moved(entry);
        this.list.remove(entry.tenant, entry.name, INHERITED);
      },
    });
    this.#revivals.add(this.#inherited, true);
    this.#inherited = [];
    for (const { node } of this.#components.others()) this.#pending.add(node);
    this.#lookAfter(0);
  }

  /** A life of a node is over for good. */
  nodeLost(node: string): void {
    if (this.#closed || this.#revivals === undefined) return; // else all are looked at when that begins
    this.#pending.add(node);
    this.#isFresh = true;
    if (!this.#looking) this.#lookAfter(this.#rank() * RANK_MS);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel();
    this.#revivals?.[Symbol.dispose]();
    this.list[Symbol.dispose]();
  }

  #lookAfter(ms: number): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#components.clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#isFresh = false;
    let isOpen = true;
    try {
      await this.list.open();
      await Promise.all([...this.#pending].map((node) => this.#lookAt(node)));
    } catch (error) {
      this.#note(error);
      isOpen = false;
    }
    this.#looking = false;
    if (this.#isFresh) this.#lookAfter(this.#rank() * RANK_MS);
    else if (!isOpen || this.#pending.size > 0) this.#lookAfter(LOOK_EVERY_MS);
  }

  async #lookAt(node: string): Promise<void> {
    try {
      const taken = await this.#takeover.of(node);
      if (taken.tag !== 'others') this.#pending.delete(node);
      if (taken.tag !== 'taken' || this.#closed) return;
      const { logger } = this.#components;
      logger.info('the durable vTasks of a lost node are made again', {
        node,
        vtasks: taken.entries.length,
      });
      this.#revivals?.add(taken.entries, true);
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    const { message } = error as Error;
    this.#components.logger.debug('lost nodes cannot be looked after', { reason: message });
  }

  #isGone(node: string): boolean {
    const other = this.#components.others().find((each) => each.node === node);
    return other === undefined || this.#components.isLost(node, other.incarnation);
  }

  /** How many come before this node where it is decided who takes a list over. */
  #rank(): number {
    const { node: self } = this.#init;
    return this.#components.others().filter(({ node, reachable }) => reachable && node < self)
      .length;
  }
}
