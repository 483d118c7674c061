import { codeOf, describe } from './errors.ts';
import { Neighbours } from './neighbours.ts';
import { Redialer } from './redialer.ts';
import type { Transport } from './connection.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { Greeter } from './greeter.ts';
import type { NodeId } from './node-id.ts';

export interface DiallerComponents {
  clock: Clock;
  random: Random;
  logger: Logger;
  greeter: Greeter;
}

export interface DiallerInit {
  self: NodeId;
  addressesOf(id: NodeId): readonly string[];
  isConnected(id: NodeId): boolean;
  /** Whether it was taken out of the cluster. */
  isRevoked(id: NodeId): boolean;
  /** Each address of a member was tried once, in vain. */
  onFailed(id: NodeId): void;
}

/** Makes what dials, on and on: one for each bootstrap address, one for each member. */
export class Dialler {
  readonly #components: DiallerComponents;
  readonly #init: DiallerInit;
  readonly #neighbours: Neighbours;
  #bootstraps: readonly Redialer[] = [];

  constructor(components: DiallerComponents, init: DiallerInit) {
    this.#components = components;
    this.#init = init;
    this.#neighbours = new Neighbours(components, {
      isSettled: (id) => id === init.self || init.isConnected(id) || init.isRevoked(id),
    });
  }

  /** Begins with these addresses, and with nodes that are heard of on the local network. */
  start(bootstrap: readonly string[], discover: Transport['discover']): void {
    this.#bootstraps = bootstrap.map((address) => this.#bootstrap(address));
    for (const each of this.#bootstraps) each.start();
    discover?.((id, addresses) => this.#neighbours.heard(id, addresses));
  }

  /** Ends what `start` has begun. */
  stop(): void {
    for (const each of this.#bootstraps) each.stop();
    this.#neighbours[Symbol.dispose]();
  }

  /** Dials until somebody answers at the address and is admitted: from then on the roster leads to it. */
  #bootstrap(address: string): Redialer {
    const { greeter, logger } = this.#components;
    let told = false;
    return new Redialer(this.#components, async (signal) => {
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
        throw error;
      }
    });
  }

  /** Dials a member, at one address after the other. */
  member(id: NodeId): Redialer {
    return new Redialer(this.#components, (signal) => this.#round(id, signal));
  }

  async #round(id: NodeId, signal: AbortSignal): Promise<void> {
    const { greeter, logger } = this.#components;
    if (this.#init.isRevoked(id)) return;
    let failure: unknown = new Error('no address is known');
    for (const address of this.#init.addressesOf(id)) {
      if (signal.aborted || this.#init.isConnected(id)) return;
      try {
        await greeter.greet(address, id, signal);
        return;
      } catch (error) {
        failure = error;
        logger.debug('dial failed', {
          node: id,
          address,
          code: codeOf(error),
          reason: describe(error),
        });
      }
    }
    if (!signal.aborted) this.#init.onFailed(id);
    throw failure;
  }
}
