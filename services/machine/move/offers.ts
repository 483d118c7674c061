import { MachineFault } from '../errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { Taker } from '#posiv-wit/generated/wire.ts';
import type { Wish } from './give.ts';

const TOKEN_BYTES = 16;
/** In which whoever is to take a machine has begun to. */
const TAKEN_WITHIN_MS = 60_000;
const US = 1_000;

/** A machine that can be given away. */
export interface Givable {
  /** What kind of processor its memory is of. */
  readonly cpu: string;
  /** @throws what it was broken off by: it goes on as it was */
  give(wish: Wish): Promise<void>;
  /** Goes on after it has been given, since nobody else has gone on with it. */
  takeBack(): Promise<void>;
  /** Another node goes on with it: here it is to be ended. */
  moved(): void;
  /** Nothing is done about it any more. */
  settled(): void;
}

type Phase = 'offered' | 'giving' | 'given';

interface Offer {
  readonly tenant: string;
  readonly machine: Givable;
  readonly abort: AbortController;
  readonly cancelExpiry: () => void;
  phase: Phase;
  /** Who takes it. */
  node: string | undefined;
  stillAt: number;
}

/** The machines of a node that others may take. */
export class Offers {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #offers = new Map<string, Offer>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the token by which it is taken */
  make(machine: Givable, tenant: string): string {
    const token = Buffer.from(this.#random.bytes(TOKEN_BYTES)).toString('hex');
    const cancelExpiry = this.#clock.after(TAKEN_WITHIN_MS, () => this.#settle(token));
    const abort = new AbortController();
    this.#offers.set(token, {
      tenant,
      machine,
      abort,
      cancelExpiry,
      phase: 'offered',
      node: undefined,
      stillAt: 0,
    });
    return token;
  }

  /** Begins to give a machine to a node. @throws {refused} {incompatible} */
  give(token: string, node: string, tenant: string, taker: Taker): void {
    const offer = this.#offers.get(token);
    if (!offer || offer.tenant !== tenant)
      throw new MachineFault('refused', 'nobody offers this machine any more');
    if (offer.phase !== 'offered')
      throw new MachineFault('refused', 'the machine is being given to somebody already');
    const { machine, abort } = offer;
    if (machine.cpu !== taker.cpu) {
      this.#settle(token);
      throw new MachineFault(
        'incompatible',
        `its memory is of ${machine.cpu}, and the node has ${taker.cpu}`,
      );
    }
    offer.cancelExpiry();
    Object.assign(offer, { phase: 'giving', node });
    const given = (stillAt: number): void => void Object.assign(offer, { phase: 'given', stillAt });
    machine.give({ token, node, taker, signal: abort.signal, given }).catch(() => {
      if (offer.phase === 'giving') this.#settle(token); // who takes it hears of it by the streams
    });
  }

  /** It runs elsewhere. @returns how long it stood still, in microseconds */
  taken(token: string, node: string): number {
    const offer = this.#offers.get(token);
    if (offer?.phase !== 'given' || offer.node !== node) return 0;
    this.#offers.delete(token);
    offer.machine.moved();
    return Math.round((this.#clock.now() - offer.stillAt) * US);
  }

  /** Who was to take it has not let it go on, and will not. */
  async givenUp(token: string, node: string): Promise<void> {
    const offer = this.#offers.get(token);
    if (offer?.node !== node) return;
    if (offer.phase === 'given') await this.#takeBack(token, offer);
    else offer.abort.abort(new MachineFault('failed', 'the other node gave it up'));
  }

  /** Whoever was given this machine has ended for certain. @throws {refused} it was not given away */
  async takeBack(machine: Givable): Promise<void> {
    for (const [token, offer] of this.#offers) {
      if (offer.machine !== machine) continue;
      if (offer.phase === 'given') return this.#takeBack(token, offer);
      offer.abort.abort(new MachineFault('failed', 'it is not to be moved any more'));
      if (offer.phase === 'offered') this.#settle(token);
      return;
    }
    throw new MachineFault('refused', 'the machine was not given away');
  }

  /** The connection with a node is lost. What it was given already it may go on with: that others have to find out. */
  nodeDown(node: string): void {
    for (const offer of this.#offers.values())
      if (offer.node === node && offer.phase === 'giving')
        offer.abort.abort(new MachineFault('failed', `node ${node} cannot be reached`));
  }

  /** A machine has ended. */
  withdraw(machine: Givable): void {
    for (const [token, offer] of this.#offers) {
      if (offer.machine !== machine) continue;
      offer.cancelExpiry();
      this.#offers.delete(token);
      offer.abort.abort(new MachineFault('failed', 'the machine has ended'));
    }
  }

  async #takeBack(token: string, offer: Offer): Promise<void> {
    this.#offers.delete(token);
    try {
      await offer.machine.takeBack();
    } finally {
      offer.machine.settled();
    }
  }

  #settle(token: string): void {
    const offer = this.#offers.get(token);
    if (!offer) return;
    offer.cancelExpiry();
    this.#offers.delete(token);
    offer.machine.settled();
  }
}
