import type { Configuration } from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Logger } from '../environment.ts';
import { codeOf, describe } from '../errors.ts';
import { chooseAcceptors, type AcceptorCandidate } from './acceptor-choice.ts';
import { Reconfiguration, type ReconfigurationComponents } from './reconfiguration.ts';

const LOOK_EVERY_MS = 500;
const CHANGE_TIMEOUT_MS = 20_000; // then it is begun anew, by whoever is the first then

export interface AcceptorKeeperComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly proposer: ReconfigurationComponents['proposer'];
  readonly members: () => readonly AcceptorCandidate[];
}

export interface AcceptorKeeperInit {
  readonly node: string;
  /** Of silence, after which an acceptor is replaced. */
  readonly lostAfterMs: number;
}

/**
 * Keeps the cluster in acceptors: of the members that can reach each other the one with the smallest id adds what is missing
 * and replaces what is lost. Where two take themselves for that one they do the same, one after the other.
 */
export class AcceptorKeeper implements Disposable {
  readonly #components: AcceptorKeeperComponents;
  readonly #init: AcceptorKeeperInit;
  readonly #reconfiguration: Reconfiguration;
  /** The last one that this node has brought about, or found complete. */
  #complete: Configuration | undefined;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(components: AcceptorKeeperComponents, init: AcceptorKeeperInit) {
    this.#components = components;
    this.#init = init;
    this.#reconfiguration = new Reconfiguration(components);
    this.#lookLater();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel();
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#cancel = this.#components.clock.after(LOOK_EVERY_MS, () => {
      void this.#look().then(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const { proposer, members, logger } = this.#components;
    const all = members();
    if (!this.#isFirst(all)) return;
    const { configuration } = proposer;
    const target = chooseAcceptors(configuration, all, this.#init.lostAfterMs);
    // What another node has begun and not ended is ended by whoever is the first then.
    if (isMadeOf(configuration, target) && configuration.epoch === this.#complete?.epoch) return;
    try {
      this.#complete = await this.#reconfiguration.change(target, CHANGE_TIMEOUT_MS);
      if (this.#complete.epoch === configuration.epoch) return;
      const { epoch, acceptors } = this.#complete;
      logger.info('the acceptors were changed', { epoch, acceptors });
    } catch (error) {
      if (this.#closed) return;
      const fields = { target, code: codeOf(error), reason: describe(error) };
      logger.warn('the acceptors could not be changed', fields);
    }
  }

  #isFirst(members: readonly AcceptorCandidate[]): boolean {
    const reachable = members.filter((each) => each.reachable).map(({ node }) => node);
    return reachable.toSorted()[0] === this.#init.node;
  }
}

function isMadeOf({ acceptors }: Configuration, target: readonly string[]): boolean {
  return acceptors.length === target.length && acceptors.every((each) => target.includes(each));
}
