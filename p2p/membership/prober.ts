import type { NodeId } from '../node-id.ts';
import type { LocalHealth } from './local-health.ts';
import type { KnownMember, Members } from './members.ts';
import type { PunctualTimers } from './punctual-timers.ts';
import type { MembershipParameters } from './settings.ts';
import type { PacketBody } from '#posiv-wit/generated/p2p/membership.ts';

const NACK_SHARE = 0.8; // of the time for helpers: a nack must be back before it ends

export interface ProberComponents {
  timers: PunctualTimers;
  members: Members;
  health: LocalHealth;
  parameters: MembershipParameters;
  /** Of probes, this node's own and those for others. */
  nextSequence: () => number;
  send: (to: NodeId, body: PacketBody) => void;
}

interface Probe {
  readonly target: KnownMember;
  readonly sequence: number;
  /** Since it began, whatever becomes of the health. */
  readonly multiplier: number;
  /** What each helper has said. */
  readonly helpers: Map<NodeId, 'nothing' | 'nack' | 'closed'>;
  stop: () => void;
}

/**
 * This node's own probes: a direct one, then by way of helpers (SWIM, 3.1), with Lifeguard's nacks, by which a node that
 * hears from nobody learns that the fault may be its own.
 */
export class Prober {
  readonly #components: ProberComponents;
  readonly #onUnanswered: (target: KnownMember, closedAt: readonly NodeId[]) => void;
  readonly #probes = new Map<number, Probe>();
  readonly #byTarget = new Map<NodeId, Probe>();

  /** @param onUnanswered a target is to be suspected; with the helpers that lost their connections with it */
  constructor(
    components: ProberComponents,
    onUnanswered: (target: KnownMember, closedAt: readonly NodeId[]) => void,
  ) {
    this.#components = components;
    this.#onUnanswered = onUnanswered;
  }

  /** Begins, unless a probe of the target is under way. */
  probe(target: KnownMember): void {
    if (this.#byTarget.has(target.id)) return;
    const { health, nextSequence, parameters, send, timers } = this.#components;
    const { multiplier } = health;
    const sequence = nextSequence();
    const probe: Probe = {
      target,
      sequence,
      multiplier,
      helpers: new Map(),
      stop: () => undefined,
    };
    this.#probes.set(sequence, probe);
    this.#byTarget.set(target.id, probe);
    send(target.id, { tag: 'probe', val: sequence });
    if (target.link === 'closed') this.#askHelpers(probe);
    else probe.stop = timers.verdict(parameters.ackMs * multiplier, () => this.#askHelpers(probe));
  }

  /** The connection with a member was closed: helpers are asked at once. */
  linkClosed(target: KnownMember): void {
    const probe = this.#byTarget.get(target.id);
    if (probe === undefined) this.probe(target);
    else if (probe.helpers.size === 0) {
      probe.stop();
      this.#askHelpers(probe);
    } else this.#judgeEarly(probe);
  }

  /** @returns whether a probe of this node was waiting for it */
  acked(from: NodeId, sequence: number): boolean {
    const probe = this.#probes.get(sequence);
    if (probe === undefined || (from !== probe.target.id && !probe.helpers.has(from))) return false;
    this.#end(probe);
    this.#components.health.better();
    return true;
  }

  nacked(from: NodeId, sequence: number, closed: boolean): void {
    const probe = this.#probes.get(sequence);
    if (probe === undefined || !probe.helpers.has(from)) return;
    probe.helpers.set(from, closed ? 'closed' : 'nack');
    this.#judgeEarly(probe);
  }

  /** Gives up all that are under way. */
  close(): void {
    for (const probe of this.#probes.values()) this.#end(probe);
  }

  #askHelpers(probe: Probe): void {
    const { members, parameters, send, timers } = this.#components;
    const { target, sequence, multiplier } = probe;
    const windowMs = (parameters.probeMs - parameters.ackMs) * multiplier;
    const waitMs = Math.round(windowMs * NACK_SHARE);
    const helpers = members.pickInReach(
      parameters.helpers,
      ({ id, standing }) => id !== target.id && standing === 'alive',
    );
    for (const { id } of helpers) {
      probe.helpers.set(id, 'nothing');
      send(id, { tag: 'request', val: { sequence, target: target.id, waitMs } });
    }
    probe.stop = timers.verdict(windowMs, () => this.#judge(probe));
    if (helpers.length === 0) this.#judgeEarly(probe);
  }

  /** Where nobody can reach the target, there is no answer to wait for. */
  #judgeEarly(probe: Probe): void {
    if (probe.target.link !== 'closed') return;
    if ([...probe.helpers.values()].every((said) => said === 'closed')) this.#judge(probe);
  }

  #judge(probe: Probe): void {
    const { health } = this.#components;
    const { helpers, target } = probe;
    this.#end(probe);
    const silent = [...helpers.values()].filter((said) => said === 'nothing').length;
    // Nobody at all answers: it is this node that is cut off or slow, until it has given itself all the time there is.
    const doubtsItself = helpers.size > 0 && silent === helpers.size && !health.isWorst;
    health.worse(helpers.size === 0 && target.link !== 'closed' ? 1 : silent);
    if (doubtsItself || !target.living) return;
    const closedAt = [...helpers].filter(([, said]) => said === 'closed').map(([id]) => id);
    this.#onUnanswered(target, closedAt);
  }

  #end(probe: Probe): void {
    probe.stop();
    this.#probes.delete(probe.sequence);
    this.#byTarget.delete(probe.target.id);
  }
}
