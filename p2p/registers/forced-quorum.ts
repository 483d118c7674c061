import type {
  AcceptedState,
  AcceptorOperation,
  AcceptorRecord,
  AcceptorResult,
  Configuration,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Random } from '../environment.ts';
import type { AcceptorCandidate } from './acceptor-choice.ts';
import type { AcceptorLog } from './acceptor-log.ts';
import { compareBallots } from './ballot.ts';
import { forcedEpoch, nodesOf, quorumOf } from './configuration.ts';
import { QuorumStandsError, RegisterUnavailableError } from './errors.ts';
import type { Proposer } from './proposer.ts';
import { CONFIGURATION_KEY } from './reconfiguration.ts';
import { MARK_BYTES, MARKS_KEPT, type Register } from './register-state.ts';

// A quorum that can be reached and says nothing for so long has broken disks, or is sealed.
const STANDS_WITHIN_MS = 10_000;
const ASKED_AT_ONCE = 64;

export interface ForcedQuorumComponents {
  readonly proposer: Pick<Proposer, 'configuration' | 'gather'>;
  readonly log: AcceptorLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly members: () => readonly AcceptorCandidate[];
}

/** What else than acceptors knows of registers, such as an index of what some of them name. */
export type KnownElsewhere = () => Promise<ReadonlyMap<string, Register>>;

export interface Forced {
  readonly configuration: Configuration;
  /** The nodes whose acceptors have told all that they had. */
  readonly asked: readonly string[];
  /** Those whose acceptors were not asked: what they alone knew is lost. */
  readonly lost: readonly string[];
  /** How many registers there are. */
  readonly registers: number;
  /** How many of these are newer than what the acceptors had, since they are known elsewhere. */
  readonly restored: number;
}

/**
 * Begins the registers anew with what is left of them, where more than half of the acceptors are gone for good. It cannot
 * be known what those had chosen without the others: whatever only they knew is lost. Everything else is taken over by an
 * acceptor of this node, alone, in a line of its own, to which the others are added as ever.
 */
export class ForcedQuorum {
  readonly #components: ForcedQuorumComponents;

  constructor(components: ForcedQuorumComponents) {
    this.#components = components;
  }

  /**
   * May be done once more where it has failed: until it has succeeded nothing has changed but that the acceptors that are left
   * wait for it.
   * @throws {quorum-stands} {configuration-refused} {register-unavailable} and whatever `knownElsewhere` throws
   */
  async force(knownElsewhere: KnownElsewhere, timeoutMs: number): Promise<Forced> {
    const { proposer, clock, log } = this.#components;
    const deadline = clock.now() + timeoutMs;
    const before = proposer.configuration;
    const there = this.#reachable();
    await this.#assertLost(there, before, deadline);
    const epoch = await this.#seal(there, before, deadline);
    const found = await this.#read({ epoch, acceptors: there }, deadline);
    found.delete(CONFIGURATION_KEY); // the new line begins with none before it
    const restored = this.#restore(found, await knownElsewhere(), epoch);
    let configuration = before;
    await log.renew((acceptor) => {
      configuration = { epoch, acceptors: [acceptor] };
      return [...recordsOf(found), { tag: 'configured', val: configuration }];
    });
    return {
      configuration,
      asked: nodesOf(there),
      lost: nodesOf(before.acceptors.filter((each) => !there.includes(each))),
      registers: found.size,
      restored,
    };
  }

  /** Those that were sealed when it was broken off before can be reached, and are of no use to a quorum. */
  async #assertLost(
    there: readonly string[],
    before: Configuration,
    deadline: number,
  ): Promise<void> {
    const { proposer, clock } = this.#components;
    const quorum = quorumOf(before);
    const standing = before.acceptors.filter((each) => there.includes(each));
    if (standing.length < quorum.size) return;
    const left = Math.min(STANDS_WITHIN_MS, deadline - clock.now());
    const query = { tag: 'query', val: CONFIGURATION_KEY } as const;
    const gathered = await proposer.gather(query, quorum, left, before);
    if (gathered.tag !== 'late')
      throw new QuorumStandsError(standing.length, before.acceptors.length);
  }

  /** Of whoever can be reached, an acceptor now or once: what it has been told counts by its ballots. */
  #reachable(): string[] {
    return this.#components
      .members()
      .filter(({ reachable }) => reachable)
      .flatMap(({ acceptor }) => acceptor ?? []);
  }

  /** From then on none of them helps a quorum of before, should others come back in the meantime. */
  async #seal(
    acceptors: readonly string[],
    before: Configuration,
    deadline: number,
  ): Promise<number> {
    const { random } = this.#components;
    for (let epoch = forcedEpoch(before.epoch, random.next()); ;) {
      const sealed = await this.#all({ tag: 'seal', val: epoch }, before, acceptors, deadline);
      const epochs = sealed.map(([, result]) => (result.tag === 'sealed' ? result.val : 0));
      const greatest = Math.max(epoch, ...epochs);
      if (epochs.every((each) => each === epoch)) return epoch;
      epoch = forcedEpoch(greatest, random.next()); // somebody else has begun to force one
    }
  }

  /** Of each register the state under the greatest ballot: whatever was chosen with one of these acceptors is in it. */
  async #read(configuration: Configuration, deadline: number): Promise<Map<string, AcceptedState>> {
    const { acceptors } = configuration;
    const found = new Map<string, AcceptedState>();
    for (const acceptor of acceptors)
      for (let after: string | undefined = ''; after !== undefined;) {
        const operation = { tag: 'list-keys', val: after } as const;
        const [[, result]] = (await this.#all(operation, configuration, [acceptor], deadline)) as [
          [string, AcceptorResult],
        ];
        const page = result.tag === 'keys' ? result.val : [];
        for (let at = 0; at < page.length; at += ASKED_AT_ONCE)
          await Promise.all(
            page.slice(at, at + ASKED_AT_ONCE).map(async (key) => {
              const query = { tag: 'query', val: key } as const;
              const answers = await this.#all(query, configuration, [acceptor], deadline);
              for (const [, answer] of answers)
                if (answer.tag === 'holding' && answer.val) keepNewest(found, key, answer.val);
            }),
          );
        after = page.at(-1);
      }
    return found;
  }

  /** @returns how many were restored */
  #restore(
    found: Map<string, AcceptedState>,
    known: ReadonlyMap<string, Register>,
    epoch: number,
  ): number {
    const { random } = this.#components;
    let restored = 0;
    for (const [key, { version, value }] of known) {
      const old = found.get(key);
      if ((old?.state.version ?? 0) >= version) continue;
      // What has made it is not known any more, so no attempt of it is ever found.
      const marks = Array.from({ length: Math.min(version, MARKS_KEPT) }, () =>
        random.bytes(MARK_BYTES),
      );
      const ballot = { counter: (old?.ballot.counter ?? 0) + 1, proposer: `forced.${epoch}` };
      found.set(key, { ballot, state: { version, value, recent: marks } });
      restored += 1;
    }
    return restored;
  }

  async #all(
    operation: AcceptorOperation,
    configuration: Configuration,
    acceptors: readonly string[],
    deadline: number,
  ): Promise<(readonly [string, AcceptorResult])[]> {
    const { proposer, clock } = this.#components;
    if (acceptors.length === 0) return [];
    const quorum = { acceptors, size: acceptors.length };
    const left = Math.max(0, deadline - clock.now());
    const gathered = await proposer.gather(operation, quorum, left, configuration);
    if (gathered.tag !== 'quorum') throw new RegisterUnavailableError(CONFIGURATION_KEY);
    return [...gathered.answers];
  }
}

function keepNewest(found: Map<string, AcceptedState>, key: string, accepted: AcceptedState): void {
  const known = found.get(key);
  if (known === undefined || compareBallots(accepted.ballot, known.ballot) > 0)
    found.set(key, accepted);
}

function* recordsOf(found: ReadonlyMap<string, AcceptedState>): Generator<AcceptorRecord> {
  for (const [key, accepted] of found)
    yield { tag: 'kept', val: { key, promised: accepted.ballot, accepted } };
}
