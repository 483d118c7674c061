import { type Body, handle } from '#kernel/lane/body.ts';
import type { ByNode } from '#kernel/lane/by-node.ts';
import { Credit } from '#kernel/lane/credit.ts';
import { Intake } from '#kernel/lane/intake.ts';
import type { Lease } from '#kernel/lane/nursery.ts';
import { cut, TaskEndedError } from '#kernel/lane/task-errors.ts';
import type { LocalWatch } from '#kernel/lane/local-watches.ts';
import { Limits } from '#kernel/lane/limits.ts';
import { type Mail, mailSize, type Return } from '#kernel/lane/mail.ts';
import { MessageRate } from '#kernel/lane/message-rate.ts';
import { Outbox, type Outcome } from '#kernel/lane/outbox.ts';
import type { TaskComponents, TaskInit } from '#kernel/lane/task-components.ts';
import type { Timer } from '#kernel/lane/timers.ts';
import { Wait } from '#kernel/lane/wait.ts';
import { Tokens } from '#kernel/lane/tokens.ts';
import type { Runner } from '#kernel/scheduler/runner.ts';
import type {
  ErrorCode,
  Event,
  ExitReason,
  Notice,
  Outcome as HandlerOutcome,
  Quota,
} from '#posiv-wit/generated/kernel.ts';
import type { CreditFrame, Frame, MessageFrame, RequestFrame } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, err, ok, type Result } from '#posiv-wit/result.ts';
import { describe } from '#wasm-abi/trap.ts';

const IDLE_AT_LOOK = 2; // at the first it may just have been busy

/**
 * One vTask in its lane: what waits for it, what it has out, and what it is doing. It does one thing at a time: `run`,
 * or one handler, or a wait in `receive`.
 */
export class Task {
  readonly vtid: string;
  readonly limits: Limits;
  readonly messageRate: MessageRate;
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly tokens = new Tokens();
  /** Whether it waits for a step. */
  queued = false;
  /** None until something of it has gone to another lane of its node. */
  byNode: ByNode | undefined;
  /** Watches that have not fired, and those of them on vTasks of its lane. */
  watches = 0;
  localWatches: LocalWatch[] | undefined;
  /** By which it makes vTasks on its lane, if it has one. */
  lease: Lease | undefined;
  readonly #components: TaskComponents;
  readonly #runner: Runner;
  /** What to reject when the vTask ends: the calls that its stack is suspended in. */
  readonly #waits: Wait<unknown>[] = [];
  /** None until somebody of another lane keeps room for it. */
  #credit: Credit | undefined;
  #body: Body | undefined;
  #receiver: ((event: Event) => void) | undefined;
  #busy = true;
  #exitStatus: number | undefined;
  #ended = false;
  /** How often its lane has looked at it since it last had something to do. */
  #looks = 0;

  constructor(init: TaskInit, components: TaskComponents) {
    this.vtid = init.vtid;
    this.#components = components;
    this.#runner = init.runner;
    this.limits = new Limits(init.quota, init.mode);
    this.messageRate = new MessageRate(this.limits, components.clock);
    this.outbox = new Outbox(init.vtid, components);
    this.intake = new Intake(init.vtid, this.limits, components);
  }

  get ended(): boolean {
    return this.#ended;
  }

  neighbour(vtid: string): Task | undefined {
    return this.#components.neighbour(vtid);
  }

  /** @throws {task-ended} */
  refuseIfEnded(): void {
    if (this.#ended) throw new TaskEndedError(this.vtid);
  }

  /** Changes what it may use from now on. */
  adjust(quota: Quota): void {
    this.limits.adjust(quota);
    this.messageRate.adjusted();
    this.intake.mailbox.adjusted(this.#components.clock.now());
  }

  /** Waits, or until the vTask ends. @throws {task-ended} */
  async sleep(ms: number): Promise<void> {
    const { timers } = this.#components;
    await this.suspend<void>((wait) => void timers.after(ms, () => wait.resolve()));
    this.refuseIfEnded();
  }

  memoryBytes(): number {
    return this.#body?.memoryBytes() ?? 0;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Whether it has had nothing to do since before its lane last looked. */
  get idle(): boolean {
    return this.#looks >= IDLE_AT_LOOK;
  }

  /** Looked at by its lane now and then: when it has become idle its body hibernates. @returns bytes that are left to be collected */
  look(): number {
    this.#looks += 1;
    if (this.#looks !== IDLE_AT_LOOK || this.#busy || this.#ended) return 0;
    return this.#body?.hibernate?.() ?? 0;
  }

  /** Runs the program, when it is its turn, to its end, or until it only waits for work. */
  run(body: Body, cmd: readonly string[]): void {
    this.#body = body;
    const now = this.#components.clock.now();
    const turn = this.#runner.admit(now);
    if (turn) void turn.then(() => this.#begin(body, cmd));
    else this.#begin(body, cmd, now);
  }

  offerRequest(frame: RequestFrame): void {
    if (this.intake.request(frame)) this.#components.ready(this);
  }

  offerMessage(frame: MessageFrame): void {
    if (this.intake.message(frame)) this.#components.ready(this);
  }

  /** See `Intake.takes`. */
  takes(sender: string, identity: string, body: Uint8Array): boolean {
    if (!this.intake.takes(sender, identity, body)) return false;
    this.#components.ready(this);
    return true;
  }

  /** Sends a message to another lane by a credit; false where there is none: it is to be sent as others are. */
  sendsByCredit(target: string, identity: string, body: Uint8Array): boolean {
    // A request that is out may be parked there, and is not to be overtaken.
    if (!this.#credit || this.outbox.size > 0) return false;
    if (!this.#components.isOpen(this, target, this.#credit.isStraight(target))) return false;
    if (!this.#credit.pays(target, identity, mailSize(identity, body.byteLength))) return false;
    const val = { sender: this.vtid, target, id: 0, identity, body, remainingMs: 0 };
    this.#components.route({ tag: 'message', val });
    return true;
  }

  /** @param straight see `Credit.isStraight` */
  credited(credit: CreditFrame, straight: boolean): void {
    (this.#credit ??= new Credit()).add(credit, straight);
  }

  /** Its credit with `target` is over. */
  recalled(target: string): void {
    this.#credit?.drop(target);
    this.#components.route({ tag: 'release', val: { sender: this.vtid, target } });
  }

  /** What gives back all credits that it has or has given. */
  *credits(): Generator<Extract<Frame, { tag: 'release' | 'recall' }>> {
    for (const target of this.#credit?.targets() ?? [])
      yield { tag: 'release', val: { sender: this.vtid, target } };
    for (const sender of this.intake.creditors())
      yield { tag: 'recall', val: { sender, target: this.vtid } };
  }

  /** Others of its node ended with their lane: its credits with them are over. */
  forgetCredits(others: (vtid: string) => boolean): void {
    for (const frame of this.credits()) {
      const { sender, target } = frame.val;
      if (frame.tag === 'release' && others(target)) this.#credit?.drop(target);
      if (frame.tag === 'recall' && others(sender)) this.intake.released(sender);
    }
  }

  /** See `Intake.put`. */
  put(event: Event, other: string): void {
    if (this.#ended) return;
    this.intake.put(event, other);
    this.#components.ready(this);
  }

  notice(notice: Notice): void {
    this.watches -= 1;
    this.put({ tag: 'notice', val: notice }, notice.vtid);
  }

  /** A watch will never fire. */
  watchOver(): void {
    this.watches -= 1;
    this.#components.ready(this);
  }

  /** Ends with this status as soon as the function that it is in returns. */
  exit(status: number): void {
    this.#exitStatus = status;
  }

  /** Waits for the next event. One wait at a time: the caller's stack is in it. */
  receive(timeoutMs: number): Awaitable<Result<Event, ErrorCode>> {
    this.intake.serve();
    const { clock, timers } = this.#components;
    const mail = this.#take(clock.now());
    if (mail) return ok(this.#received(mail));
    if (timeoutMs === 0) return err({ tag: 'timeout' });
    return this.suspend((wait) => {
      let timer: Timer | undefined;
      if (timeoutMs !== 0xffff_ffff)
        timer = timers.after(timeoutMs, () => {
          this.#receiver = undefined;
          wait.resolve(err({ tag: 'timeout' }));
        });
      this.#receiver = (event) => {
        if (timer) timers.cancel(timer);
        wait.resolve(ok(event));
      };
    });
  }

  /** A wait that the end of the vTask breaks off; none where what it waits for is there as it begins. */
  suspend<T>(begin: (wait: Wait<T>) => void): Awaitable<T> {
    const wait = new Wait<T>(this.#waits);
    begin(wait);
    return wait.result();
  }

  /** Answers a request that was received. */
  reply(token: number, outcome: Result<Uint8Array, string>): Result<undefined, ErrorCode> {
    const from = this.tokens.close(token);
    if (!from) return err({ tag: 'refused', val: `no request waits under token ${token}` });
    this.intake.answer(
      from,
      outcome.ok ? outcome : err({ tag: 'handler-failed', val: cut(outcome.error) }),
    );
    return ok(undefined);
  }

  /** Does the next thing, if there is one and nothing else is being done. */
  step(now: number): void {
    if (this.#ended) return;
    if (this.#receiver) {
      const mail = this.#take(now);
      if (!mail) return;
      this.#looks = 0;
      const receiver = this.#receiver;
      this.#receiver = undefined;
      receiver(this.#received(mail));
      return;
    }
    if (this.#busy) return;
    if (this.intake.mailbox.length === 0 || !this.#body?.handlers) return this.#rest();
    this.#busy = true;
    this.#looks = 0;
    const turn = this.#runner.admit(now);
    if (turn) void turn.then(() => this.#next(this.#components.clock.now()));
    else this.#next(now);
  }

  withdraw(from: Return): void {
    this.intake.mailbox.withdraw(from, this.#components.clock.now());
  }

  /** Others cannot be reached any more, or are no more: what is out to them fails, and what they sent is forgotten. */
  lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    this.outbox.lost(others, error);
    this.intake.lost(others);
  }

  end(reason: ExitReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.outbox.close();
    const gone: Outcome = err({ tag: 'task-died', val: 'the vTask ended before it answered' });
    for (const from of this.intake.mailbox.senders()) this.intake.answer(from, gone);
    for (const from of this.tokens.senders()) this.intake.answer(from, gone);
    this.#components.ended(this, reason);
    while (this.#waits.length > 0) this.#waits.pop()!.reject(new TaskEndedError(this.vtid));
    this.#receiver = undefined;
  }

  #take(now: number): Mail | undefined {
    for (;;) {
      const mail = this.intake.mailbox.take(now);
      if (!mail || mail.event.tag !== 'request' || mail.deadline >= now) return mail;
    }
  }

  #received(mail: Mail): Event {
    const { event } = mail;
    if (event.tag !== 'request') return event;
    return { tag: 'request', val: { ...event.val, token: this.tokens.open(mail) } };
  }

  /** It is its turn: runs its program. */
  #begin(body: Body, cmd: readonly string[], now?: number): void {
    if (this.#ended) return;
    this.#attempt(
      () => body.run(cmd),
      (result) => this.#ran(result),
      now,
    );
  }

  /** Its program has run to its end. */
  #ran(result: Result<number, string>): void {
    this.#runner.leave();
    this.#busy = false;
    this.#looks = 0;
    if (this.#ended) return;
    if (!result.ok) return this.end({ tag: 'failed', val: cut(result.error) });
    const status = this.#exitStatus ?? result.value;
    this.intake.serve();
    if (status !== 0 || this.#exitStatus !== undefined || !this.#isAwaited())
      return this.end({ tag: 'exited', val: status });
    this.#components.ready(this);
  }

  /** It is its turn: handles what has waited longest. */
  #next(now: number): void {
    if (this.#ended) return;
    const mail = this.#take(now);
    if (!mail) return this.#handled(undefined, 0); // its sender has given up meanwhile
    const event = this.#received(mail);
    const token = event.tag === 'request' ? event.val.token : 0;
    this.#attempt(
      () => handle(this.#body!.handlers!, event),
      (outcome) => this.#handled(outcome, token),
    );
  }

  /** Runs its code, then `finish`. Whatever either throws ends this vTask alone, not the lane. */
  #attempt<R>(code: () => Awaitable<R>, finish: (result: R) => void, now?: number): void {
    try {
      const result = this.#enter(code, now);
      if (result instanceof Promise)
        result.then(finish).catch((error: unknown) => this.#broken(error));
      else finish(result);
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Its code runs, on its account, until it returns or is suspended. */
  #enter<R>(call: () => R, now?: number): R {
    this.#runner.enter(now);
    try {
      return call();
    } finally {
      this.#runner.leave();
    }
  }

  #settle(token: number, outcome: HandlerOutcome): void {
    // A handler may have answered by `reply` before it returned: the first answer counts.
    if (outcome.tag === 'reply') this.reply(token, ok(outcome.val));
    else if (outcome.tag === 'failed') this.reply(token, err(outcome.val));
  }

  #handled(outcome: HandlerOutcome | void, token: number): void {
    this.#runner.leave();
    this.#busy = false;
    if (this.#ended) return;
    if (outcome) this.#settle(token, outcome);
    if (this.#exitStatus !== undefined) return this.end({ tag: 'exited', val: this.#exitStatus });
    if (this.intake.mailbox.length > 0) this.#components.ready(this);
    else this.#rest();
  }

  #broken(error: unknown): void {
    this.#runner.leave();
    this.#busy = false;
    this.end({ tag: 'trapped', val: describe(error) });
  }

  /** Nothing waits: a service that nobody can reach any more has come to its end. */
  #rest(): void {
    if (!this.#isAwaited()) this.end({ tag: 'exited', val: 0 });
  }

  #isAwaited(): boolean {
    if (!this.#body?.handlers) return false;
    return (
      this.intake.requests.size > 0 ||
      this.intake.messages.size > 0 ||
      this.watches > 0 ||
      this.outbox.size > 0 ||
      this.tokens.size > 0 ||
      this.intake.mailbox.length > 0
    );
  }
}
