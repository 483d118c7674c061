import { CircuitLostError, CircuitRefusedError, CircuitTimeoutError } from './errors.ts';
import { CIRCUIT_BYTES, idOf, MAX_OF_PAIR, SETUP_MS } from './station.ts';
import { describe, DialFailedError } from '../errors.ts';
import { isGreedy } from '../fair-share.ts';
import { printableCode } from '../refusal.ts';
import type { RelayLink, RelayLinks } from './links.ts';
import type { Leg, Legs, PeerConnection, Purpose } from '../connection.ts';
import type { Clock, Logger, Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

const MAX_OFFERS = 256; // of relays, whose legs are not there yet; one relay may have as many as are left over by all
const MAX_OF_ASKER = 2 * MAX_OF_PAIR; // by way of however many relays

export interface CircuitsComponents {
  self: NodeId;
  clock: Clock;
  random: Pick<Random, 'bytes'>;
  logger: Logger;
  legs: Legs;
  links: RelayLinks;
}

/** One that this node has asked for. */
interface Asked {
  readonly relay: RelayLink;
  readonly node: NodeId;
  readonly name: Uint8Array;
  readonly leg: PromiseWithResolvers<Leg>;
  readonly dialling: AbortController;
  /** Whether this node has begun to dial its leg. */
  dialled: boolean;
}

/** One that a relay has for this node. */
interface Offer {
  readonly relay: NodeId;
  /** Who wants it, as the relay says. */
  readonly asker: NodeId;
  /** Takes it back; left out where this node dials the leg. */
  readonly forget?: () => void;
}

/** The circuits that this node is an end of, until they are connections like others. */
export class Circuits {
  readonly #components: CircuitsComponents;
  readonly #asked = new Map<string, Asked>();
  readonly #offers = new Map<string, Offer>();
  readonly #closing = new AbortController();

  constructor(components: CircuitsComponents) {
    this.#components = components;
  }

  /**
   * A connection with a node by way of a member with which there is one; or, where that member is the node itself, one that
   * the node dials, because this node cannot: it has but one leg. Who is at the other end is for the caller to compare.
   * @throws {dial-failed} with the reason
   */
  async dial(
    relay: NodeId,
    node: NodeId,
    purpose: Purpose,
    signal: AbortSignal,
  ): Promise<PeerConnection> {
    const address = `node ${node} by way of node ${relay}`;
    const link = this.#components.links.direct(relay);
    if (link === undefined) throw new DialFailedError(address, new CircuitLostError(relay));
    try {
      const leg = await this.#ask(link, node, signal);
      return await this.#components.legs.begin(leg, purpose, signal);
    } catch (error) {
      throw new DialFailedError(address, signal.aborted ? signal.reason : error);
    }
  }

  /** A relay has somebody who wants to be joined with this node. */
  offered(from: RelayLink, name: Uint8Array, asker: NodeId): void {
    const { clock } = this.#components;
    const id = idOf(name);
    if (name.length !== CIRCUIT_BYTES || this.#offers.has(id) || this.#asked.has(id)) return;
    const relay = from.node;
    if (this.#hasEnough(relay, asker))
      from.send({ tag: 'refused', val: { circuit: name, code: 'too-many' } });
    else if (from.dialled) {
      this.#offers.set(id, { relay, asker });
      void this.#answer(from, name).finally(() => this.#offers.delete(id));
    } else {
      const cancel = clock.after(SETUP_MS, () => this.#offers.delete(id));
      const forget = (): void => {
        cancel();
        this.#offers.delete(id);
      };
      this.#offers.set(id, { relay, asker, forget });
      from.send({ tag: 'ready', val: name });
    }
  }

  /** A relay waits for this node's leg. */
  ready(from: RelayLink, name: Uint8Array): void {
    const asked = this.#asked.get(idOf(name));
    if (asked?.relay.node !== from.node || !from.dialled || asked.dialled) return;
    asked.dialled = true;
    void this.#dialLeg(asked);
  }

  refused(from: RelayLink, name: Uint8Array, code: string): void {
    const asked = this.#asked.get(idOf(name));
    if (asked === undefined || asked.relay.node !== from.node) return;
    asked.leg.reject(new CircuitRefusedError(from.node, asked.node, printableCode(code)));
  }

  /** A leg that a relay dialled. @returns whether this node waits for it */
  takes(leg: Leg, name: Uint8Array): boolean {
    const id = idOf(name);
    const asked = this.#asked.get(id);
    if (asked?.relay.node === leg.remote && !asked.dialled) {
      this.#asked.delete(id);
      asked.leg.resolve(leg);
      return true;
    }
    const offer = this.#offers.get(id);
    if (offer?.forget === undefined || offer.relay !== leg.remote) return false;
    offer.forget();
    this.#components.legs.answer(leg);
    return true;
  }

  /** The connection with a relay is gone: nothing comes by way of it any more. */
  lost(relay: NodeId): void {
    for (const asked of this.#asked.values())
      if (asked.relay.node === relay) asked.leg.reject(new CircuitLostError(relay));
    for (const offer of this.#offers.values()) if (offer.relay === relay) offer.forget?.();
  }

  close(error: Error): void {
    this.#closing.abort(error);
    for (const { leg } of this.#asked.values()) leg.reject(error);
    for (const { forget } of this.#offers.values()) forget?.();
  }

  /** Whether one more would leave nothing for others. */
  #hasEnough(relay: NodeId, asker: NodeId): boolean {
    const all = [...this.#offers.values()];
    const ofRelay = all.filter((offer) => offer.relay === relay);
    const ofAsker = all.filter((offer) => offer.asker === asker);
    return isGreedy(ofRelay.length, all.length, MAX_OFFERS) || ofAsker.length >= MAX_OF_ASKER;
  }

  async #ask(relay: RelayLink, node: NodeId, signal: AbortSignal): Promise<Leg> {
    const { clock, random } = this.#components;
    signal.throwIfAborted();
    const name = random.bytes(CIRCUIT_BYTES);
    const leg = Promise.withResolvers<Leg>();
    const dialling = new AbortController();
    const asked: Asked = { relay, node, name, leg, dialling, dialled: false };
    const abort = (): void => leg.reject(signal.reason as Error);
    const cancel = clock.after(SETUP_MS, () => leg.reject(new CircuitTimeoutError(SETUP_MS)));
    signal.addEventListener('abort', abort, { once: true });
    this.#asked.set(idOf(name), asked);
    try {
      const { self } = this.#components;
      if (relay.node === node) relay.send({ tag: 'offer', val: { circuit: name, node: self } });
      else relay.send({ tag: 'ask', val: { circuit: name, node } });
      return await leg.promise;
    } catch (error) {
      dialling.abort(error);
      throw error;
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
      this.#asked.delete(idOf(name));
    }
  }

  async #dialLeg({ relay, name, leg, dialling }: Asked): Promise<void> {
    try {
      const dialled = await this.#components.legs.dial(relay.address, name, dialling.signal);
      const lost = new CircuitLostError(relay.node);
      if (!dialling.signal.aborted && dialled.remote === relay.node) leg.resolve(dialled);
      else {
        dialled.cutOff(lost);
        leg.reject(lost);
      }
    } catch (error) {
      leg.reject(error);
    }
  }

  async #answer({ node, address }: RelayLink, name: Uint8Array): Promise<void> {
    const { clock, legs, links, logger } = this.#components;
    const dialling = new AbortController();
    const cancel = clock.after(SETUP_MS, () => dialling.abort(new CircuitTimeoutError(SETUP_MS)));
    try {
      const signal = AbortSignal.any([dialling.signal, this.#closing.signal]);
      const leg = await legs.dial(address, name, signal);
      if (leg.remote === node) legs.answer(leg);
      else leg.cutOff(new CircuitLostError(node));
    } catch (error) {
      logger.debug('a leg was dialled in vain', { node, address, reason: describe(error) });
      links.direct(node)?.send({ tag: 'refused', val: { circuit: name, code: 'no-leg' } });
    } finally {
      cancel();
    }
  }
}
