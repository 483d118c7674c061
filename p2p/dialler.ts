import { dialAddresses } from './dial-addresses.ts';
import { DialTurns } from './dial-turns.ts';
import { codeOf, describe, HelloRefusedError, type PeerError } from './errors.ts';
import { PassedOnError } from './credentials/errors.ts';
import { Neighbours } from './neighbours.ts';
import { Redialer } from './redialer.ts';
import { circuitAddress } from './relay/circuit-address.ts';
import type { Transport } from './connection.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { Greeter } from './greeter.ts';
import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import { DIRECTLY_FIRST_MS, type MemberDialling } from './peer.ts';

export interface DiallerComponents {
  clock: Clock;
  random: Random;
  logger: Logger;
  greeter: Greeter;
}

export interface DiallerInit {
  self: NodeId;
  addressesOf(id: NodeId): readonly string[];
  /** By the clock; undefined for one that was not heard from since this node started. */
  heardAt(id: NodeId): number | undefined;
  linkWith(id: NodeId): Link | undefined;
  /** Members by way of which another may be reached, the best first; none while nobody is likely to reach it. */
  relaysFor(id: NodeId): readonly NodeId[];
  /** Whether it was taken out of the cluster. */
  isRevoked(id: NodeId): boolean;
  /** Each address of a member was tried once, in vain. */
  onFailed(id: NodeId): void;
  /** Each bootstrap address was dialled, and whoever answers there cannot be of this node's cluster. */
  onHopeless(error: PeerError): void;
}

/** Refusals that a node of this one's cluster and version has no reason for. */
const HOPELESS: ReadonlySet<string> = new Set(['version-mismatch', 'foreign-cluster']);
const LONGEST_PAUSE_MS = 5_000; // a node that comes back is found within this
// One that was there a moment ago: a lease has to be renewed by way of it before the lease runs out.
const SHORT_PAUSE_MS = 500;
const LATELY_MS = 20_000;
const BETTER_PAUSE_MS = 30_000; // while a node is reached by way of another, and may become reachable directly
const RELAYS_AT_A_TIME = 3;
// Of a dial that has not failed: a firewall that says nothing, or a machine that has much to do. A circuit costs four handshakes.
const SILENT_MS = 3_000;

/** Until a node that has joined after this one is dialled, if it has not dialled by itself: one of two dials that cross is in vain. */
const NEWCOMER_DIALS_MS = 3_000;

/** Makes what dials, on and on: one for each bootstrap address, one for each member. */
export class Dialler {
  readonly #components: DiallerComponents;
  readonly #init: DiallerInit;
  readonly #turns: DialTurns;
  readonly #neighbours: Neighbours;
  #bootstraps: readonly Redialer[] = [];
  /** Nodes may be heard of on the local network, too. */
  #discovers = false;
  /** Bootstrap addresses at which a node like this one has nothing to hope for. */
  readonly #hopeless = new Set<string>();

  constructor(components: DiallerComponents, init: DiallerInit) {
    this.#components = components;
    this.#init = init;
    this.#turns = new DialTurns(components);
    this.#neighbours = new Neighbours(components, {
      isSettled: (id) => id === init.self || init.linkWith(id) !== undefined || init.isRevoked(id),
    });
  }

  /** Begins with these addresses, and with nodes that are heard of on the local network. */
  start(bootstrap: readonly string[], discover: Transport['discover']): void {
    this.#bootstraps = bootstrap.map((address) => this.#bootstrap(address));
    for (const each of this.#bootstraps) each.start();
    this.#discovers = discover !== undefined;
    discover?.((id, addresses) => this.#neighbours.heard(id, addresses));
  }

  /** Ends what `start` has begun. */
  stop(): void {
    for (const each of this.#bootstraps) each.stop();
    this.#neighbours[Symbol.dispose]();
    this.#turns[Symbol.dispose]();
  }

  /** Dials until somebody answers at the address and is admitted: from then on the roster leads to it. */
  #bootstrap(address: string): Redialer {
    const { greeter, logger } = this.#components;
    let told = false;
    const attempt = async (signal: AbortSignal): Promise<void> => {
      try {
        await greeter.greet(address, undefined, signal);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'already-connected') return;
        const fields = { address, code, reason: describe(error) };
        if (code === 'dialled-self') {
          logger.warn('a bootstrap address is no use', fields);
          return;
        }
        if (!told) logger.warn('a bootstrap address does not answer, trying on', fields);
        told = true;
        this.#lookForHope(address, error);
        throw error;
      }
    };
    return new Redialer(this.#components, attempt, () => LONGEST_PAUSE_MS);
  }

  #lookForHope(address: string, error: unknown): void {
    const { refusal, told } =
      error instanceof HelloRefusedError
        ? error
        : { refusal: codeOf(error), told: describe(error) };
    if (HOPELESS.has(refusal)) this.#hopeless.add(address);
    else this.#hopeless.delete(address);
    if (this.#discovers || this.#hopeless.size < this.#bootstraps.length) return;
    this.#init.onHopeless(new PassedOnError(refusal, told));
  }

  /**
   * Members have become known by others.
   * @param joined whether this node had joined its cluster by then: whoever joins dials all that it hears of by that, as it has to
   * @returns milliseconds until they are to be dialled
   */
  met(ids: readonly NodeId[], joined: boolean): number {
    const unmet = ids.filter((id) => id !== this.#init.self && !this.#init.linkWith(id));
    this.#turns.met(unmet.length);
    return joined ? NEWCOMER_DIALS_MS : 0;
  }

  /** Dials a member, at one address after the other, and by way of one member after the other. */
  member(id: NodeId): MemberDialling {
    const link = (): Link | undefined => this.#init.linkWith(id);
    const isDirect = (): boolean => link() !== undefined && link()?.relay === undefined;
    const { clock } = this.#components;
    let begunAt = Infinity;
    let failed = false;
    const direct = async (signal: AbortSignal): Promise<void> => {
      const end = await this.#turns.take(this.#init.self < id, signal);
      begunAt = Math.min(begunAt, clock.now());
      try {
        await this.#round(id, this.#init.addressesOf(id), isDirect, signal);
        failed = false;
      } catch (error) {
        failed ||= codeOf(error) === 'dial-failed' && !signal.aborted;
        if (!signal.aborted) this.#init.onFailed(id);
        throw error;
      } finally {
        end();
      }
    };
    const relayed = async (signal: AbortSignal): Promise<void> => {
      if (clock.now() < begunAt + (failed ? DIRECTLY_FIRST_MS : SILENT_MS))
        throw new Error('it is being dialled directly');
      await this.#round(id, this.#circuits(id), () => link() !== undefined, signal);
    };
    const wantedMs = (): number => {
      const silentMs = clock.now() - (this.#init.heardAt(id) ?? -Infinity);
      return silentMs < LATELY_MS ? SHORT_PAUSE_MS : LONGEST_PAUSE_MS;
    };
    const longestMs = (): number => (link() === undefined ? wantedMs() : BETTER_PAUSE_MS);
    return {
      direct: new Redialer(this.#components, direct, longestMs),
      relayed: new Redialer(this.#components, relayed, wantedMs),
    };
  }

  /** By way of the nearest that may reach it, and one of the others. */
  #circuits(id: NodeId): string[] {
    const relays = this.#init.relaysFor(id);
    const near = relays.slice(0, RELAYS_AT_A_TIME);
    const far = relays.slice(RELAYS_AT_A_TIME);
    const other = far[Math.floor(this.#components.random.next() * far.length)];
    return [...near, ...(other === undefined ? [] : [other])].map((relay) =>
      circuitAddress(relay, id),
    );
  }

  async #round(
    id: NodeId,
    addresses: readonly string[],
    isThere: () => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#init.isRevoked(id)) return;
    await dialAddresses(this.#components, id, addresses, isThere, signal);
  }
}
