import type { NodeId } from '../node-id.ts';
import type { ProberComponents } from './prober.ts';
import type { ProbeRequest } from '#posiv-wit/generated/p2p/membership.ts';

const MAX_RELAYS = 1_024; // under way: so many nodes may lose a member at once

interface Relay {
  readonly requester: NodeId;
  readonly request: ProbeRequest;
  readonly stop: () => void;
}

/** Probes that this node makes for others, as their helper. */
export class Relays {
  readonly #components: Pick<ProberComponents, 'timers' | 'members' | 'nextSequence' | 'send'>;
  readonly #relays = new Map<number, Relay>();

  constructor(components: Pick<ProberComponents, 'timers' | 'members' | 'nextSequence' | 'send'>) {
    this.#components = components;
  }

  /** Probes the target, and tells the requester in time what came of it. One too many is not answered. */
  take(requester: NodeId, request: ProbeRequest): void {
    const { members, nextSequence, send, timers } = this.#components;
    if (members.get(request.target)?.link === 'closed') {
      send(requester, { tag: 'nack', val: { sequence: request.sequence, closed: true } });
      return;
    }
    if (this.#relays.size >= MAX_RELAYS) return;
    const sequence = nextSequence();
    const stop = timers.after(request.waitMs, () => this.#refuse(sequence));
    this.#relays.set(sequence, { requester, request, stop });
    send(request.target, { tag: 'probe', val: sequence });
  }

  acked(from: NodeId, sequence: number): boolean {
    const relay = this.#relays.get(sequence);
    if (relay === undefined || from !== relay.request.target) return false;
    this.#end(sequence, relay);
    this.#components.send(relay.requester, { tag: 'ack', val: relay.request.sequence });
    return true;
  }

  /** The connection with a target was closed. */
  linkClosed(target: NodeId): void {
    for (const [sequence, { request }] of this.#relays)
      if (request.target === target) this.#refuse(sequence);
  }

  #refuse(sequence: number): void {
    const relay = this.#relays.get(sequence);
    if (relay === undefined) return;
    const { members, send } = this.#components;
    const { requester, request } = relay;
    this.#end(sequence, relay);
    const closed = members.get(request.target)?.link === 'closed';
    send(requester, { tag: 'nack', val: { sequence: request.sequence, closed } });
  }

  #end(sequence: number, { stop }: Relay): void {
    stop();
    this.#relays.delete(sequence);
  }
}
