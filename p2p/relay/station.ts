import { CircuitLostError, CircuitTimeoutError, type CircuitRefusalCode } from './errors.ts';
import { describe } from '../errors.ts';
import { isGreedy } from '../fair-share.ts';
import type { RelayLink, RelayLinks } from './links.ts';
import type { Leg, Legs } from '../connection.ts';
import type { Clock, Logger } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

export const CIRCUIT_BYTES = 16;
const MAX_CIRCUITS = 1_024; // each holds up to two windows of 2 MiB, where both ends send faster than is taken
// Whoever asks may have a quarter of what is left over by all: one alone 205, and there is always some left for who has none.
const PART = 4;
/** Of circuits between two nodes. */
export const MAX_OF_PAIR = 8; // frames and pulls in both directions, and as much again while one is replaced
/** From an ask until both legs are there. */
export const SETUP_MS = 10_000;

export interface StationComponents {
  clock: Clock;
  logger: Logger;
  legs: Legs;
  links: RelayLinks;
}

interface Circuit {
  readonly id: string;
  readonly name: Uint8Array;
  /** Who asked, and who was asked for. */
  readonly ends: readonly [NodeId, NodeId];
  readonly legs: Map<NodeId, Leg>;
  readonly dialling: AbortController;
  /** Ends that this node has begun to dial. */
  readonly dialled: Set<NodeId>;
  joined: boolean;
  cancelTimeout: () => void;
}

/** What this node passes on for others, between members with whom it has a connection itself. */
export class Station {
  readonly #components: StationComponents;
  readonly #circuits = new Map<string, Circuit>();

  constructor(components: StationComponents) {
    this.#components = components;
  }

  /** A member wants to be joined with a node. */
  asked(from: RelayLink, name: Uint8Array, node: NodeId): void {
    const { clock, links } = this.#components;
    const id = idOf(name);
    const to = links.direct(node);
    const refusal = this.#objection(from, to, name);
    if (refusal !== undefined || to === undefined) {
      from.send({ tag: 'refused', val: { circuit: name, code: refusal ?? 'no-way' } });
      return;
    }
    const circuit: Circuit = {
      id,
      name,
      ends: [from.node, node],
      legs: new Map(),
      dialling: new AbortController(),
      dialled: new Set(),
      joined: false,
      cancelTimeout: clock.after(SETUP_MS, () =>
        this.#fail(circuit, new CircuitTimeoutError(SETUP_MS)),
      ),
    };
    this.#circuits.set(id, circuit);
    to.send({ tag: 'offer', val: { circuit: name, node: from.node } });
    if (from.dialled) void this.#dial(circuit, from);
    else from.send({ tag: 'ready', val: name });
  }

  /** An end waits for this node's leg. */
  ready(from: RelayLink, name: Uint8Array): void {
    const circuit = this.#circuits.get(idOf(name));
    if (circuit?.ends[1] === from.node && from.dialled) void this.#dial(circuit, from);
  }

  /** An end does not want it. */
  refused(from: RelayLink, name: Uint8Array, code: string): void {
    const circuit = this.#circuits.get(idOf(name));
    if (circuit?.ends.includes(from.node) && !circuit.joined)
      this.#end(circuit, new CircuitLostError(from.node), code);
  }

  /** A leg that somebody dialled. @returns whether it is for one of these circuits */
  takes(leg: Leg, name: Uint8Array): boolean {
    const circuit = this.#circuits.get(idOf(name));
    const { links } = this.#components;
    if (circuit === undefined || !circuit.ends.includes(leg.remote)) return false;
    if (circuit.legs.has(leg.remote) || links.direct(leg.remote) === undefined) return false;
    this.#add(circuit, leg);
    return true;
  }

  /** The connection with a member is gone, or the member is out: what was passed on for it ends. */
  lost(node: NodeId): void {
    for (const circuit of this.#circuits.values())
      if (circuit.ends.includes(node)) this.#end(circuit, new CircuitLostError(node), 'no-way');
  }

  close(error: Error): void {
    for (const circuit of this.#circuits.values()) this.#end(circuit, error);
  }

  #objection(
    from: RelayLink,
    to: RelayLink | undefined,
    name: Uint8Array,
  ): CircuitRefusalCode | undefined {
    const { links } = this.#components;
    if (name.length !== CIRCUIT_BYTES || this.#circuits.has(idOf(name))) return 'invalid';
    if (to === undefined || to.node === from.node) return 'no-way';
    if (links.direct(from.node) === undefined) return 'no-way';
    const all = [...this.#circuits.values()];
    const ofPair = all.filter(({ ends }) => ends.includes(from.node) && ends.includes(to.node));
    const ofAsker = all.filter(({ ends: [asker] }) => asker === from.node);
    if (ofPair.length >= MAX_OF_PAIR) return 'too-many';
    if (isGreedy(ofAsker.length, all.length, MAX_CIRCUITS, PART)) return 'too-many';
    return undefined;
  }

  async #dial(circuit: Circuit, { node, address }: RelayLink): Promise<void> {
    const { legs, logger } = this.#components;
    if (circuit.dialled.has(node)) return;
    circuit.dialled.add(node);
    try {
      const leg = await legs.dial(address, circuit.name, circuit.dialling.signal);
      const isWanted = this.#holds(circuit) && !circuit.legs.has(node);
      if (isWanted && leg.remote === node) this.#add(circuit, leg);
      else leg.cutOff(new CircuitLostError(node));
    } catch (error) {
      logger.debug('a leg was dialled in vain', { node, address, reason: describe(error) });
      this.#fail(circuit, new CircuitLostError(node));
    }
  }

  #add(circuit: Circuit, leg: Leg): void {
    circuit.legs.set(leg.remote, leg);
    const [one, other] = circuit.ends.map((node) => circuit.legs.get(node));
    if (one === undefined || other === undefined) return;
    circuit.joined = true;
    circuit.cancelTimeout();
    this.#components.logger.info('passing on between two nodes', { nodes: circuit.ends });
    this.#components.legs.join(one, other, () => {
      if (this.#holds(circuit)) this.#circuits.delete(circuit.id);
    });
  }

  #fail(circuit: Circuit, error: Error): void {
    if (this.#holds(circuit)) this.#end(circuit, error, 'no-leg');
  }

  /** Whether it has not ended; its name may be another's since. */
  #holds(circuit: Circuit): boolean {
    return this.#circuits.get(circuit.id) === circuit;
  }

  /** @param code told to whoever still waits for it */
  #end(circuit: Circuit, error: Error, code?: string): void {
    this.#circuits.delete(circuit.id);
    circuit.cancelTimeout();
    circuit.dialling.abort(error);
    for (const leg of circuit.legs.values()) leg.cutOff(error);
    if (code === undefined || circuit.joined) return;
    const asker = this.#components.links.direct(circuit.ends[0]);
    asker?.send({ tag: 'refused', val: { circuit: circuit.name, code } });
  }
}

/** A circuit's name as the key of a map. */
export function idOf(name: Uint8Array): string {
  return Buffer.from(name).toString('hex');
}
