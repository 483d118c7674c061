import type {
  AcceptedState,
  AcceptorAnswers,
  AcceptorOperation,
  Ballot,
  Configuration,
  RegisterState,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Random } from '../environment.ts';
import { FENCED } from './acceptor.ts';
import { AcceptorCalls, type AcceptorCallsComponents } from './acceptor-calls.ts';
import { Attempts } from './attempts.ts';
import { isProposer } from './ballot.ts';
import { isConfiguration, quorumOf, type Quorum } from './configuration.ts';
import { RegisterRefusedError } from './errors.ts';
import { Gathering, type Gathered } from './gathering.ts';
import { KeyTurns } from './key-turns.ts';
import { Openings, type Opening } from './openings.ts';
import { Operations } from './operations.ts';
import { assertValue, type Decide, type Outcome } from './outcome.ts';
import { chosenState, newestState } from './quorum-state.ts';
import { MARK_BYTES, registerOf } from './register-state.ts';

export interface ProposerComponents extends AcceptorCallsComponents {
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each configuration that it goes by from then on. */
  readonly onAdopted?: (configuration: Configuration) => void;
}

export interface ProposerInit {
  /** One start of one node, such as its id and incarnation: used once more, agreement is lost. At most 64 bytes. */
  readonly proposer: string;
  readonly configuration: Configuration;
  /** Whoever has not answered after this is asked again. Default 200: a disk that is slow to sync is no loss. */
  readonly resendMs?: number;
  /** Longest wait after the first defeat by another proposer; doubles with each, up to `maxBackoffMs`. Default 4. */
  readonly backoffMs?: number;
  /** Default 250. */
  readonly maxBackoffMs?: number;
}

const QUERIES = 3; // of a register that is being changed, before its reader has it settled

/**
 * Changes registers by the consensus of their acceptors: CASPaxos (Denis Rystsov, "CASPaxos: Replicated State Machines
 * without logs", 2018). README.md has the argument why it is safe.
 */
export class Proposer implements Disposable {
  readonly #components: ProposerComponents;
  readonly #init: Required<ProposerInit>;
  readonly #calls: AcceptorCalls;
  readonly #turns: KeyTurns;
  readonly #openings: Openings;
  readonly #operations = new Operations();
  readonly #gatherings = new Set<Gathering>();
  readonly #pauses = new Set<() => void>();
  #configuration: Configuration;
  #closed = false;

  /** @throws {register-refused} */
  constructor(components: ProposerComponents, init: ProposerInit) {
    if (!isProposer(init.proposer))
      throw new RegisterRefusedError(
        `'${init.proposer}' is no name of a proposer: give 1 to 64 printable characters of ASCII`,
      );
    this.#components = components;
    this.#init = { resendMs: 200, backoffMs: 4, maxBackoffMs: 250, ...init };
    this.#calls = new AcceptorCalls(components, init.proposer);
    this.#turns = new KeyTurns(components.clock);
    this.#openings = new Openings(init.proposer);
    this.#configuration = init.configuration;
  }

  /** The newest that this node has heard of. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  /** Goes by it from now on if it is newer. It has to be in the register of the configuration already. */
  adopt(configuration: Configuration): void {
    if (!isConfiguration(configuration) || configuration.epoch <= this.#configuration.epoch) return;
    this.#configuration = configuration;
    this.#openings.clear();
    this.#components.onAdopted?.(configuration);
  }

  /** Takes what `decodeFrame` has checked. */
  receive(from: string, answers: AcceptorAnswers): void {
    this.#calls.receive(from, answers);
  }

  /** The register as it is at some moment between call and answer. Never unknown. @throws {register-refused} {registers-busy} */
  async read(key: string, timeoutMs: number): Promise<Outcome> {
    return this.#operations.run(key, async () => {
      const deadline = this.#components.clock.now() + timeoutMs;
      // Most changes that are under way are over soon; a round of promises would break them off.
      for (let tries = 1; tries <= QUERIES; tries += 1) {
        const state = await this.#query(key, deadline);
        if (state !== undefined) return asFound(state);
        if (tries < QUERIES) await this.#pause(tries, deadline);
      }
      return this.#inTurn(key, () => undefined, deadline);
    });
  }

  /** Changes the register, at most once. @throws {register-refused} {registers-busy} and what `decide` throws */
  async change(key: string, decide: Decide, timeoutMs: number): Promise<Outcome> {
    const deadline = this.#components.clock.now() + timeoutMs;
    return this.#operations.run(key, () => this.#inTurn(key, decide, deadline));
  }

  /** Asks a quorum of the present configuration something that is about no single register. */
  gather(
    operation: AcceptorOperation,
    quorum: Quorum,
    timeoutMs: number,
    configuration = this.#configuration,
  ): Promise<Gathered> {
    const deadline = this.#components.clock.now() + timeoutMs;
    return this.#gather(operation, deadline, configuration, quorum);
  }

  /** Gives up all that is under way; nothing else can be done with it. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const gathering of this.#gatherings) gathering.end();
    for (const end of this.#pauses) end();
  }

  async #inTurn(key: string, decide: Decide, deadline: number): Promise<Outcome> {
    const done = await this.#turns.run(key, deadline, () => this.#change(key, decide, deadline));
    return done ?? { tag: 'unavailable' };
  }

  async #change(key: string, decide: Decide, deadline: number): Promise<Outcome> {
    const attempts = new Attempts();
    for (let defeats = 0; ; defeats += 1) {
      if (defeats > 1) await this.#pause(defeats, deadline);
      if (this.#closed || this.#components.clock.now() >= deadline)
        return { tag: attempts.any ? 'unknown' : 'unavailable' };
      const configuration = this.#configuration;
      const opening = this.#openings.take(key) ?? (await this.#open(key, configuration, deadline));
      if (opening === undefined) continue;
      if (opening === FENCED) return { tag: attempts.any ? 'unknown' : FENCED };
      const judgement = attempts.judge(opening.state);
      if (judgement.tag === 'unknown') return { tag: 'unknown' };
      let outcome: Outcome;
      let { state } = opening;
      const wish = judgement.tag === 'made' ? undefined : decide(registerOf(state));
      if (judgement.tag === 'made')
        outcome = { tag: 'ok', register: judgement.register, written: true };
      else if (wish === undefined) outcome = asFound(state);
      else {
        assertValue(wish.value);
        state = attempts.next(state, wish.value, this.#components.random.bytes(MARK_BYTES));
        outcome = { tag: 'ok', register: registerOf(state), written: true };
      }
      // What was left as it is has to be accepted too: only then is it known that it was the newest.
      const closed = await this.#close(key, opening.ballot, state, configuration, deadline);
      if (closed === 'quorum') return outcome;
      if (closed === FENCED) return { tag: attempts.any ? 'unknown' : FENCED };
    }
  }

  /** A round of promises: the newest state that may have been chosen, and a ballot to change it under. */
  async #open(
    key: string,
    configuration: Configuration,
    deadline: number,
  ): Promise<Opening | typeof FENCED | undefined> {
    const ballot = this.#openings.draw();
    const operation = { tag: 'prepare', val: { key, ballot } } as const;
    const gathered = await this.#gather(operation, deadline, configuration);
    if (gathered.tag === FENCED) return FENCED;
    if (gathered.tag !== 'quorum') return undefined;
    return { ballot, state: newestState(acceptedIn(gathered.answers)) };
  }

  /** A round of acceptances. Once a quorum has accepted the state it is chosen, and stays so. */
  async #close(
    key: string,
    ballot: Ballot,
    state: RegisterState,
    configuration: Configuration,
    deadline: number,
  ): Promise<Gathered['tag']> {
    const next = this.#openings.draw();
    const operation = { tag: 'accept', val: { key, acceptance: { ballot, state, next } } } as const;
    const gathered = await this.#gather(operation, deadline, configuration);
    if (gathered.tag !== 'quorum') return gathered.tag;
    // They have promised the next ballot too, so the next change needs no round of promises.
    if (configuration === this.#configuration) this.#openings.keep(key, { ballot: next, state });
    return 'quorum';
  }

  /** The state if it can be told without a promise: a quorum has accepted it alike, or nobody anything. */
  async #query(key: string, deadline: number): Promise<RegisterState | undefined> {
    const configuration = this.#configuration;
    const operation = { tag: 'query', val: key } as const;
    const gathered = await this.#gather(operation, deadline, configuration);
    if (gathered.tag !== 'quorum') return undefined;
    const accepted = acceptedIn(gathered.answers);
    for (const each of accepted.values())
      if (each !== undefined) this.#openings.observe(each.ballot);
    return chosenState(accepted, quorumOf(configuration).size);
  }

  async #gather(
    operation: AcceptorOperation,
    deadline: number,
    configuration: Configuration,
    quorum = quorumOf(configuration),
  ): Promise<Gathered> {
    if (this.#closed) return { tag: 'late' };
    const { clock } = this.#components;
    const { resendMs } = this.#init;
    const onNewer = (newer: Configuration): void => this.adopt(newer);
    const gathering = new Gathering(
      { calls: this.#calls, clock },
      { configuration, quorum, operation, deadline, resendMs, onNewer },
    );
    this.#gatherings.add(gathering);
    const gathered = await gathering.result;
    this.#gatherings.delete(gathering);
    if (gathered.tag === 'outbid') this.#openings.observe(gathered.ballot);
    return gathered;
  }

  async #pause(defeats: number, deadline: number): Promise<void> {
    if (this.#closed) return;
    const { clock, random } = this.#components;
    const { backoffMs, maxBackoffMs } = this.#init;
    const longest = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(defeats, 16));
    const ms = Math.max(0, Math.min(random.next() * longest, deadline - clock.now()));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pauses.add(resolve);
    const cancel = clock.after(ms, resolve);
    await promise;
    cancel();
    this.#pauses.delete(resolve);
  }
}

function asFound(state: RegisterState): Outcome {
  return { tag: 'ok', register: registerOf(state), written: false, mark: state.recent[0] };
}

function acceptedIn(
  answers: Extract<Gathered, { tag: 'quorum' }>['answers'],
): Map<string, AcceptedState | undefined> {
  const found = new Map<string, AcceptedState | undefined>();
  for (const [acceptor, answer] of answers)
    if (answer.tag === 'promised' || answer.tag === 'holding') found.set(acceptor, answer.val);
  return found;
}
