import {
  readRegisterState,
  writeRegisterState,
  type RegisterState,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Logger, Random } from '../../environment.ts';
import { codeOf, describe } from '../../errors.ts';
import { decode, encode } from '../../wire-format.ts';
import { Attempts } from '../attempts.ts';
import { RegistersMissingError } from '../errors.ts';
import { leaseIn, leaseKey, LEASES } from '../lease-record.ts';
import { Operations } from '../operations.ts';
import { assertValue, type Decide, type Outcome } from '../outcome.ts';
import { MARK_BYTES, NEVER_WRITTEN, registerOf } from '../register-state.ts';
import type { EtcdGateway } from './gateway.ts';

/** A comparison that holds while a key was never written. */
const NEVER = { target: 'VERSION', result: 'EQUAL', version: '0' };
const COUNT_MEMBERS_EVERY_MS = 10_000;
const COUNT_TIMEOUT_MS = 5_000;
const FOUND_TIMEOUT_MS = 5_000;

export interface EtcdRegistersComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Pick<Logger, 'debug'>;
  readonly gateway: Pick<EtcdGateway, 'ask' | 'name'>;
}

export interface EtcdRegistersInit {
  /** Everything stands under it, so clusters may share an etcd. */
  readonly cluster: string;
  /** For which this acts: a start of this node, which others may take for lost. */
  readonly life: { readonly node: string; readonly incarnation: number };
  /** Whether this node is the one that begins the registers of its cluster, and has not yet. */
  readonly founding: boolean;
  /** They are begun: never to be done again, for what is missing then was lost. */
  readonly onFounded: () => Promise<void>;
}

/** A register, and the revision of etcd that has written it last; 0 for one that was never written. */
interface Found {
  readonly revision: string;
  readonly state: RegisterState;
  /** Whether the life that this acts for is over: it changes nothing any more. */
  readonly fenced?: boolean;
}

/**
 * Registers in an etcd cluster: what `Proposer` does by consensus of the nodes, with the same outcomes. A change is a
 * transaction that compares the revision that was read, and leaves a mark, by which one whose answer was lost is found.
 */
export class EtcdRegisters implements AsyncDisposable {
  readonly #components: EtcdRegistersComponents;
  readonly #init: EtcdRegistersInit;
  readonly #mark: string;
  readonly #operations = new Operations();
  #founded: Promise<void> | undefined;
  #isFounded = false;
  #members = 0;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(components: EtcdRegistersComponents, init: EtcdRegistersInit) {
    this.#components = components;
    this.#init = init;
    this.#mark = base64(`vstar/${init.cluster}/founded`);
    void this.#countMembers();
  }

  /** How many servers the etcd cluster has; 0 until they are counted. More than half of them are a quorum. */
  get members(): number {
    return this.#members;
  }

  /** The register as it is at some moment between call and answer. @throws {register-refused} {registers-busy} {registers-missing} {etcd-refused} */
  read(key: string, timeoutMs: number): Promise<Outcome> {
    return this.#operations.run(key, async () => {
      const deadline = this.#components.clock.now() + timeoutMs;
      const found = await this.#read(key, deadline);
      if (found === undefined) return { tag: 'unavailable' };
      return { tag: 'ok', register: registerOf(found.state), written: false };
    });
  }

  /** Changes the register, at most once. @throws as `read`, and what `decide` throws */
  change(key: string, decide: Decide, timeoutMs: number): Promise<Outcome> {
    const deadline = this.#components.clock.now() + timeoutMs;
    return this.#operations.run(key, () => this.#change(key, decide, deadline));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#founded?.catch(() => undefined);
  }

  async #change(key: string, decide: Decide, deadline: number): Promise<Outcome> {
    const attempts = new Attempts();
    let underWay = false; // one of them may still come
    let found = await this.#read(key, deadline);
    for (;;) {
      if (found === undefined) return { tag: underWay ? 'unknown' : 'unavailable' };
      const judgement = attempts.judge(found.state);
      if (judgement.tag === 'unknown') return { tag: 'unknown' };
      if (judgement.tag === 'made')
        return { tag: 'ok', register: judgement.register, written: true };
      // Whatever was sent is shut out by that too.
      if (found.fenced) return { tag: 'fenced' };
      const before = found;
      const wish = decide(registerOf(before.state));
      if (wish === undefined && !underWay)
        return { tag: 'ok', register: registerOf(before.state), written: false };
      let { state } = before;
      if (wish !== undefined) {
        assertValue(wish.value);
        state = attempts.next(state, wish.value, this.#components.random.bytes(MARK_BYTES));
      }
      // One that is under way must not come after the answer that nothing was changed: so it is written as it is.
      const swapped = await this.#swap(key, before, state, deadline);
      if (swapped === 'written')
        return { tag: 'ok', register: registerOf(state), written: wish !== undefined };
      underWay = swapped === undefined;
      found = swapped ?? (await this.#read(key, deadline));
    }
  }

  async #read(key: string, deadline: number): Promise<Found | undefined> {
    const answer = await this.#transact([], [get(this.#keyOf(key))], [], deadline);
    if (answer === undefined) return undefined;
    if (answer.succeeded !== true) throw this.#missing();
    return foundIn(answer.responses?.[0]);
  }

  /** Undefined if it is not known whether it was written; otherwise what stands there instead. */
  async #swap(
    key: string,
    before: Found,
    state: RegisterState,
    deadline: number,
  ): Promise<'written' | Found | undefined> {
    const name = this.#keyOf(key);
    const value = Buffer.from(encode(writeRegisterState, state)).toString('base64');
    const { node, incarnation } = this.#init.life;
    const own = this.#overKey(node, incarnation);
    // By its own lease a life learns what has become of it.
    const living = key === leaseKey(node) ? [] : [{ ...NEVER, key: own }];
    const over = livesEnded(key, before.state, state).map((life) => this.#overKey(...life));
    const answer = await this.#transact(
      [{ key: name, target: 'MOD', result: 'EQUAL', mod_revision: before.revision }, ...living],
      [put(name, value), ...over.map((each) => put(each, base64('1')))],
      [get(this.#mark), get(own), get(name)],
      deadline,
    );
    if (answer === undefined) return undefined;
    if (answer.succeeded === true) return 'written';
    const [mark, ended, now] = answer.responses ?? [];
    if (mark?.response_range?.kvs === undefined) throw this.#missing();
    const fenced = living.length > 0 && ended?.response_range?.kvs !== undefined;
    return { ...foundIn(now), fenced };
  }

  /** Does something where the registers of this cluster have been begun. */
  async #transact(
    compare: readonly unknown[],
    success: readonly unknown[],
    failure: readonly unknown[],
    deadline: number,
  ): Promise<Transacted | undefined> {
    if (!(await this.#begin())) return undefined;
    const begun = { key: this.#mark, target: 'VERSION', result: 'GREATER', version: '0' };
    const request = { compare: [begun, ...compare], success, failure };
    return this.#ask('/v3/kv/txn', request, deadline) as Promise<Transacted | undefined>;
  }

  /** The node that founds the cluster leaves the mark of it, once. False while etcd does not answer to that. */
  async #begin(): Promise<boolean> {
    if (!this.#init.founding) return true;
    this.#founded ??= this.#found().finally(() => {
      if (!this.#isFounded) this.#founded = undefined; // whoever asks next tries again
    });
    await this.#founded;
    return this.#isFounded;
  }

  async #found(): Promise<void> {
    const { clock } = this.#components;
    const request = {
      compare: [{ ...NEVER, key: this.#mark }],
      success: [put(this.#mark, base64('1'))],
    };
    const answer = await this.#ask('/v3/kv/txn', request, clock.now() + FOUND_TIMEOUT_MS);
    if (answer === undefined) return;
    await this.#init.onFounded();
    this.#isFounded = true;
  }

  async #countMembers(): Promise<void> {
    const { clock, logger } = this.#components;
    try {
      const deadline = clock.now() + COUNT_TIMEOUT_MS;
      const answer = (await this.#ask('/v3/cluster/member/list', {}, deadline)) as
        | { readonly members?: readonly unknown[] }
        | undefined;
      if (answer !== undefined) this.#members = answer.members?.length ?? 0;
    } catch (error) {
      const fields = { code: codeOf(error), reason: describe(error) };
      logger.debug('the members of etcd could not be counted', fields);
    }
    if (this.#closed) return;
    this.#cancel = clock.after(COUNT_MEMBERS_EVERY_MS, () => void this.#countMembers());
  }

  async #ask(path: string, request: unknown, deadline: number): Promise<unknown> {
    return this.#closed ? undefined : this.#components.gateway.ask(path, request, deadline);
  }

  #keyOf(key: string): string {
    return base64(`vstar/${this.#init.cluster}/register/${key}`);
  }

  /** There once a life of a node is over: then it changes nothing any more. */
  #overKey(node: string, incarnation: number): string {
    return base64(`vstar/${this.#init.cluster}/over/${node}/${incarnation}`);
  }

  #missing(): RegistersMissingError {
    return new RegistersMissingError(this.#init.cluster, this.#components.gateway.name);
  }
}

/** What a transaction gives, as the gateway writes it: what has its default is left out, and 64 bits are strings. */
interface Transacted {
  readonly succeeded?: boolean;
  readonly responses?: readonly TransactedResponse[];
}

interface TransactedResponse {
  readonly response_range?: {
    readonly kvs?: readonly { readonly value?: string; readonly mod_revision?: string }[];
  };
}

function foundIn(response: TransactedResponse | undefined): Found {
  const kv = response?.response_range?.kvs?.[0];
  if (kv === undefined) return { revision: '0', state: NEVER_WRITTEN };
  const state = decode(readRegisterState, Buffer.from(kv.value ?? '', 'base64'));
  return { revision: kv.mod_revision ?? '0', state };
}

/** The lives that are over once a lease is written. */
function livesEnded(
  key: string,
  before: RegisterState,
  after: RegisterState,
): (readonly [node: string, incarnation: number])[] {
  if (!key.startsWith(LEASES)) return [];
  const node = key.slice(LEASES.length);
  const [old, now] = [leaseIn(before), leaseIn(after)];
  const ended: (readonly [string, number])[] = [];
  if (now?.fenced === true) ended.push([node, now.incarnation]);
  if (old !== undefined && now !== undefined && old.incarnation < now.incarnation)
    ended.push([node, old.incarnation]);
  return ended;
}

function get(key: string): unknown {
  return { request_range: { key } };
}

function put(key: string, value: string): unknown {
  return { request_put: { key, value } };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
