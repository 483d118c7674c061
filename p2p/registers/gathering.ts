import type {
  AcceptorOperation,
  AcceptorResult,
  Ballot,
  Configuration,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock } from '../environment.ts';
import { FENCED } from './acceptor.ts';
import type { AcceptorCall, AcceptorCalls } from './acceptor-calls.ts';
import { compareBallots } from './ballot.ts';
import type { Quorum } from './configuration.ts';

export type Gathered =
  /** So many as asked for have done it. */
  | { readonly tag: 'quorum'; readonly answers: ReadonlyMap<string, AcceptorResult> }
  /** Some have promised a greater ballot; this is the greatest. */
  | { readonly tag: 'outbid'; readonly ballot: Ballot }
  /** Too many to leave a quorum have refused it, since this life of the node is over. */
  | { readonly tag: 'fenced' }
  /** There is a newer configuration, which was given to `onNewer`. */
  | { readonly tag: 'reconfigured' }
  /** The time was up. */
  | { readonly tag: 'late' };

export interface GatheringComponents {
  readonly calls: AcceptorCalls;
  readonly clock: Clock;
}

export interface GatheringInit {
  readonly configuration: Configuration;
  readonly quorum: Quorum;
  readonly operation: AcceptorOperation;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** Whoever has not answered after this is asked again. */
  readonly resendMs: number;
  readonly onNewer: (configuration: Configuration) => void;
}

/** What says that an operation was done. */
const ANSWER = {
  query: 'holding',
  prepare: 'promised',
  accept: 'accepted',
  configure: 'configured',
  'list-keys': 'keys',
  seal: 'sealed',
} as const;

/** One question to all acceptors of a quorum's set, asked until enough of them have answered. */
export class Gathering {
  readonly result: Promise<Gathered>;
  readonly #components: GatheringComponents;
  readonly #init: GatheringInit;
  readonly #answers = new Map<string, AcceptorResult>();
  readonly #calls = new Map<string, AcceptorCall>();
  readonly #configuring = new Map<string, AcceptorCall>();
  readonly #outbid = new Set<string>();
  readonly #fenced = new Set<string>();
  readonly #resolve: (result: Gathered) => void;
  #greatest: Ballot | undefined;
  #forgetTimer: () => void = () => undefined;
  #done = false;

  constructor(components: GatheringComponents, init: GatheringInit) {
    this.#components = components;
    this.#init = init;
    const { promise, resolve } = Promise.withResolvers<Gathered>();
    this.result = promise;
    this.#resolve = resolve;
    const { configuration, quorum, operation } = init;
    for (const acceptor of quorum.acceptors) {
      const call = components.calls.ask(acceptor, configuration.epoch, operation, (result) =>
        this.#take(acceptor, result),
      );
      this.#calls.set(acceptor, call);
    }
    this.#setTimer();
  }

  /** Gives it up. */
  end(result: Gathered = { tag: 'late' }): void {
    if (this.#done) return;
    this.#done = true;
    this.#forgetTimer();
    for (const call of this.#calls.values()) call.end();
    for (const call of this.#configuring.values()) call.end();
    this.#resolve(result);
  }

  #take(acceptor: string, result: AcceptorResult): void {
    if (this.#done) return;
    const { configuration, quorum, onNewer } = this.#init;
    switch (result.tag) {
      case 'outbid':
        if (this.#greatest === undefined || compareBallots(result.val, this.#greatest) > 0)
          this.#greatest = result.val;
        this.#outbid.add(acceptor);
        if (this.#blocks(this.#outbid)) this.end({ tag: 'outbid', ballot: this.#greatest });
        break;
      case 'stale-epoch':
        if (result.val.epoch <= configuration.epoch) break;
        onNewer(result.val);
        this.end({ tag: 'reconfigured' });
        break;
      case 'behind':
        this.#configure(acceptor);
        break;
      case 'refused': // asked again when the others were not enough
        if (result.val !== FENCED) break;
        this.#fenced.add(acceptor);
        if (this.#blocks(this.#fenced)) this.end({ tag: FENCED });
        break;
      default:
        if (result.tag !== ANSWER[this.#init.operation.tag]) break;
        this.#answers.set(acceptor, result);
        if (this.#answers.size >= quorum.size) this.end({ tag: 'quorum', answers: this.#answers });
    }
  }

  /** Whether the others cannot be enough any more. */
  #blocks(refusing: ReadonlySet<string>): boolean {
    const { quorum } = this.#init;
    return refusing.size > quorum.acceptors.length - quorum.size;
  }

  #configure(acceptor: string): void {
    if (this.#configuring.has(acceptor)) return;
    const { configuration } = this.#init;
    const operation = { tag: 'configure', val: configuration } as const;
    const call = this.#components.calls.ask(acceptor, configuration.epoch, operation, (result) => {
      if (result.tag === 'configured') this.#calls.get(acceptor)?.again();
      this.#configuring.get(acceptor)?.end();
      this.#configuring.delete(acceptor);
    });
    this.#configuring.set(acceptor, call);
  }

  #setTimer(): void {
    const { clock } = this.#components;
    const left = this.#init.deadline - clock.now();
    const wait = Math.max(0, Math.min(left, this.#init.resendMs));
    this.#forgetTimer = clock.after(wait, () => this.#onTimer(left <= wait));
  }

  #onTimer(late: boolean): void {
    if (late) {
      this.end();
      return;
    }
    // Those that would not have to be outbid are not there: it is tried again with a greater ballot.
    if (this.#greatest !== undefined) {
      this.end({ tag: 'outbid', ballot: this.#greatest });
      return;
    }
    for (const [acceptor, call] of this.#calls) if (!this.#answers.has(acceptor)) call.again();
    for (const call of this.#configuring.values()) call.again();
    this.#setTimer();
  }
}
