import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { Card as Wish, Spec, UserNetwork } from '#posiv-wit/generated/machine.ts';
import type { Agent } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { Card, ratesOf, type Traffic } from '../network/card.ts';
import type { Links } from '../network/links.ts';
import { joinUserNetwork } from '../network/user-cable.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { Qemu } from '../qemu/qemu.ts';
import { startUserNetwork } from '../qemu/user-network.ts';

export interface CablingComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly links: Links;
  readonly qemu: Qemu;
}

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
   * Joins the cards of a machine that was started.
   * @throws {full} a port is in use {failed}
   */
  async join(
    process: QemuProcess,
    { cards, bandwidth }: Pick<Spec, 'cards' | 'bandwidth'>,
  ): Promise<void> {
    const { clock, links } = this.#components;
    const rates = ratesOf(bandwidth, clock.now());
    for (const [at, { network }] of cards.entries()) {
      if (this.#isClosed) throw new MachineFault('failed', 'its agent has ended');
      const socket = process.others[at]!;
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
    const { qemu, clock, logger } = this.#components;
    const started = await startUserNetwork(qemu, network);
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
      const again = (): void => {
        if (!this.#isClosed) this.#joinUser(card, network).catch(later);
      };
      const later = (): void => void clock.after(AGAIN_AFTER_MS, again);
      later();
    });
  }
}

const MAX_CARDS = 4;
const MAX_FORWARDS = 16;
const BANDWIDTH = [1_024, 2 ** 32] as const;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;

/** @throws {refused} */
export function checkNetworks(
  { cards, bandwidth, template }: Pick<Spec, 'cards' | 'bandwidth' | 'template'>,
  tenant: string,
): void {
  if (cards.length > MAX_CARDS) refuse(`${cards.length} network cards: at most ${MAX_CARDS}`);
  if (cards.length > 0 && template.board !== 'pc')
    refuse('network cards need a template with the board pc');
  if (!(bandwidth >= BANDWIDTH[0] && bandwidth <= BANDWIDTH[1]))
    refuse(`bandwidth is ${bandwidth}: ${BANDWIDTH.join(' to ')} bytes a second`);
  for (const card of cards) checkCard(card, tenant);
}

function checkCard({ mac, network }: Wish, tenant: string): void {
  if (!MAC.test(mac)) refuse(`mac is ${JSON.stringify(mac)}: six bytes, as 02:00:0a:4d:00:01`);
  if (network.tag === 'link') {
    if (!NAME.test(network.val))
      refuse(`the link ${JSON.stringify(network.val)} has no name of one`);
    return;
  }
  if (tenant !== DEFAULT_TENANT)
    refuse('a network with the node is for the machines of its owner: join a link');
  const { forwards } = network.val;
  if (forwards.length > MAX_FORWARDS)
    refuse(`${forwards.length} forwards: at most ${MAX_FORWARDS}`);
  for (const { address, hostPort, guestPort } of forwards) {
    // They become words of a command.
    if (!ADDRESS.test(address)) refuse(`${JSON.stringify(address)} is no address of IPv4`);
    if (hostPort === 0 || guestPort === 0) refuse('a port is 1 to 65535');
  }
}

function refuse(why: string): never {
  throw new MachineFault('refused', why);
}
