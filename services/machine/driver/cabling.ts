import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Spec, UserNetwork } from '#posiv-wit/generated/machine.ts';
import type { Agent, MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { Card, ratesOf, type Traffic } from '../network/card.ts';
import type { Links } from '../network/links.ts';
import { groupFor, hypervisorBounds } from '../process-bounds.ts';
import { joinUserNetwork } from '../network/user-cable.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { Qemu } from '../qemu/qemu.ts';
import { startUserNetwork } from '../qemu/user-network.ts';

export interface CablingComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly links: Links;
  readonly qemu: Qemu;
  readonly groups?: MachineComponents['groups'];
}

/** Of a process that has no machine: what passes through it, and itself. */
const NETWORK_BOUNDS = hypervisorBounds({ memory: 0, processors: 1 }, 'qemu-tcg');
const AGAIN_AFTER_MS = 1_000;

/** What the network cards of one machine are joined to. */
export class Cabling {
  readonly #components: CablingComponents;
  readonly #agent: Agent;
  readonly #undo: (() => void)[] = [];
  readonly #networks = new Set<QemuProcess>();
  readonly traffic: Traffic = { received: 0, sent: 0, dropped: 0 };
  #isClosed = false;

  constructor(components: CablingComponents, agent: Agent) {
    this.#components = components;
    this.#agent = agent;
  }

  /**
   * Joins the cards of a machine that was started, of which these are the other ends.
   * @throws {full} a port is in use {failed}
   */
  async join(
    { others }: { readonly others: readonly Duplex[] },
    { cards, bandwidth }: Pick<Spec, 'cards' | 'bandwidth'>,
  ): Promise<void> {
    const { clock, links } = this.#components;
    const rates = ratesOf(bandwidth, clock.now());
    for (const [at, { network }] of cards.entries()) {
      if (this.#isClosed) throw new MachineFault('failed', 'its agent has ended');
      const socket = others[at]!;
      const card = new Card({ clock, socket, rates, traffic: this.traffic });
      if (network.tag === 'user') await this.#joinUser(card, network.val);
      else this.#undo.push(links.join(this.#agent.tenant, network.val, card));
    }
  }

  /** Resolves once nothing of it is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const undo of this.#undo.splice(0)) undo();
    await Promise.all([...this.#networks].map((each) => each.kill()));
  }

  async #joinUser(card: Card, network: UserNetwork): Promise<void> {
    const { qemu, logger, groups } = this.#components;
    const group = await groupFor(groups, this.#agent.tenant, NETWORK_BOUNDS, () => {
      if (this.#isClosed) throw new MachineFault('failed', 'its agent has ended');
    });
    const started = await startUserNetwork(qemu, network, group);
    this.#networks.add(started);
    if (this.#isClosed) {
      await started.kill();
      return;
    }
    joinUserNetwork(card, started.others[0]!);
    void started.ended.then((why) => {
      this.#networks.delete(started);
      if (this.#isClosed) return;
      // It keeps nothing but connections: these are lost, the machine is not.
      logger.warn('the network of a machine has ended', { agent: this.#agent.vtid, why });
      this.#joinAgain(card, network, true);
    });
  }

  /** After a while, and as often as it takes; @param tells whether it is to be said that it did not go */
  #joinAgain(card: Card, network: UserNetwork, tells: boolean): void {
    const { clock, logger } = this.#components;
    const failed = (error: unknown): void => {
      if (this.#isClosed) return;
      const about = { agent: this.#agent.vtid, error: String(error) };
      if (tells) logger.warn('the network of a machine does not come back yet', about);
      this.#joinAgain(card, network, false);
    };
    clock.after(AGAIN_AFTER_MS, () => {
      if (!this.#isClosed) this.#joinUser(card, network).catch(failed);
    });
  }
}
