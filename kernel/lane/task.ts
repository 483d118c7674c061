import type { Clock } from '#kernel/clock.ts';
import type { Body } from '#kernel/lane/body.ts';
import { Identities } from '#kernel/lane/identities.ts';
import { cut, notRegistered, TaskEndedError } from '#kernel/lane/task-errors.ts';
import { Limits, type LimitMode } from '#kernel/lane/limits.ts';
import { Mailbox, mailSize, type Mail, type Return } from '#kernel/lane/mailbox.ts';
import { Outbox, type Outcome } from '#kernel/lane/outbox.ts';
import type { TimerWheel } from '#kernel/lane/timer-wheel.ts';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';
import { Tokens } from '#kernel/lane/tokens.ts';
import type {
  ErrorCode,
  Event,
  ExitReason,
  Notice,
  Outcome as HandlerOutcome,
  Quota,
} from '#posiv-wit/generated/kernel.ts';
import type { Frame, MessageFrame, RequestFrame } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import { describe } from '#wasm-abi/trap.ts';

export interface TaskComponents {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  /** Sends a frame on its way to the vTask that it is for. */
  readonly route: (frame: Frame) => void;
  /** Asks for a turn: the lane will call `step`. */
  readonly ready: (task: Task) => void;
  /** Told once, when the vTask has ended. */
  readonly ended: (task: Task, reason: ExitReason) => void;
}

export interface TaskInit {
  readonly vtid: string;
  readonly quota: Quota;
  readonly mode: LimitMode;
}

const NOTHING = new Uint8Array(0);

/**
 * One vTask in its lane: what waits for it, what it has out, and what it is doing. It does one thing at a time: `run`,
 * or one handler, or a wait in `receive`.
 */
export class Task {
  readonly vtid: string;
  readonly limits: Limits;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  readonly tokens = new Tokens();
  readonly requests = new Identities();
  readonly messages = new Identities();
  /** Watches that have not fired. */
  watches = 0;
  readonly #components: TaskComponents;
  readonly #messages: TokenBucket;
  /** What to reject when the vTask ends: the calls that its stack is suspended in. */
  readonly #waits = new Set<(reason: Error) => void>();
  #body: Body | undefined;
  #receiver: ((event: Event) => void) | undefined;
  #busy = true;
  #serving = false;
  #exitStatus: number | undefined;
  #ended = false;

  constructor(init: TaskInit, components: TaskComponents) {
    const { clock, timers, route } = components;
    this.vtid = init.vtid;
    this.#components = components;
    this.limits = new Limits(init.quota, init.mode);
    this.#messages = new TokenBucket(init.quota.messageRate, 1, clock.now());
    this.outbox = new Outbox(init.vtid, { clock, timers, route });
    this.mailbox = new Mailbox(this.limits, ({ vtid, id }) =>
      route({ tag: 'room', val: { caller: vtid, id, target: init.vtid } }),
    );
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws {task-ended} */
  refuseIfEnded(): void {
    if (this.#ended) throw new TaskEndedError(this.vtid);
  }

  /** Changes what it may use from now on. */
  adjust(quota: Quota): void {
    const now = this.#components.clock.now();
    this.limits.adjust(quota);
    this.#messages.adjust(quota.messageRate, now);
    this.mailbox.adjusted(now);
  }

  /**
   * A message or request is to be sent. Says for how many milliseconds its rate holds it back: 0 mostly, and undefined,
   * without counting it as sent, where that is longer than it may take.
   */
  pace(patienceMs: number): number | undefined {
    if (!this.limits.paced) return 0; // most have no rate, and need no look at the clock
    const waitMs = this.#messages.take(1, this.#components.clock.now());
    if (waitMs === 0) return 0;
    if (this.limits.refuses('message-rate') && waitMs <= patienceMs) return waitMs;
    this.#messages.giveBack(1);
    return this.limits.counting ? 0 : undefined;
  }

  /** Waits, or until the vTask ends. @throws {task-ended} */
  async sleep(ms: number): Promise<void> {
    await this.suspend<void>((resolve) => {
      this.#components.timers.after(ms, () => resolve(undefined));
    });
    this.refuseIfEnded();
  }

  memoryBytes(): number {
    return this.#body?.memoryBytes() ?? 0;
  }

  /** Runs the program to its end, or until it only waits for work. */
  async run(body: Body, cmd: readonly string[]): Promise<void> {
    this.#body = body;
    const result = await body.run(cmd);
    this.#busy = false;
    if (this.#ended) return;
    if (!result.ok) return this.end({ tag: 'failed', val: cut(result.error) });
    const status = this.#exitStatus ?? result.value;
    this.serve();
    if (status !== 0 || this.#exitStatus !== undefined || !this.#isAwaited())
      return this.end({ tag: 'exited', val: status });
    this.#components.ready(this);
  }

  /** From now on what is not registered is refused. */
  serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    const now = this.#components.clock.now();
    for (const { event, from } of this.mailbox.remove((mail) => !this.#isWanted(mail.event), now)) {
      this.#answer(from!, notRegistered(event));
    }
  }

  offerRequest(frame: RequestFrame): void {
    const { caller, id, identity, args, chain, remainingMs } = frame;
    const event: Event = { tag: 'request', val: { token: 0, caller, identity, args } };
    this.#offer(event, { vtid: caller, id }, chain, remainingMs, mailSize(identity, args));
  }

  offerMessage(frame: MessageFrame): void {
    const { sender, id, identity, body, remainingMs } = frame;
    const event: Event = { tag: 'message', val: { sender, identity, body } };
    this.#offer(event, { vtid: sender, id }, [], remainingMs, mailSize(identity, body));
  }

  /** A completion or a notice. */
  put(event: Event): void {
    if (this.#ended) return;
    this.mailbox.put({ event, from: undefined, chain: [], deadline: Number.POSITIVE_INFINITY });
    this.#components.ready(this);
  }

  notice(notice: Notice): void {
    this.watches -= 1;
    this.put({ tag: 'notice', val: notice });
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
  receive(timeoutMs: number): Promise<Result<Event, ErrorCode>> | Result<Event, ErrorCode> {
    this.serve();
    const mail = this.#take();
    if (mail) return ok(this.#received(mail));
    if (timeoutMs === 0) return err({ tag: 'timeout' });
    return this.suspend((resolve) => {
      const cancel =
        timeoutMs === 0xffff_ffff
          ? undefined
          : this.#components.timers.after(timeoutMs, () => {
              this.#receiver = undefined;
              resolve(err({ tag: 'timeout' }));
            });
      this.#receiver = (event) => {
        cancel?.();
        resolve(ok(event));
      };
    });
  }

  /** A wait that the end of the vTask breaks off. */
  suspend<T>(
    begin: (resolve: (value: T) => void, reject: (reason: Error) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waits.add(reject);
      begin(
        (value) => {
          this.#waits.delete(reject);
          resolve(value);
        },
        (reason) => {
          this.#waits.delete(reject);
          reject(reason);
        },
      );
    });
  }

  /** Answers a request that was received. */
  reply(token: number, outcome: Result<Uint8Array, string>): Result<undefined, ErrorCode> {
    const from = this.tokens.close(token);
    if (!from) return err({ tag: 'refused', val: `no request waits under token ${token}` });
    this.#answer(
      from,
      outcome.ok ? outcome : err({ tag: 'handler-failed', val: cut(outcome.error) }),
    );
    return ok(undefined);
  }

  /** Does the next thing, if there is one and nothing else is being done. */
  step(): void {
    if (this.#ended) return;
    if (this.#receiver) {
      const mail = this.#take();
      if (!mail) return;
      const receiver = this.#receiver;
      this.#receiver = undefined;
      receiver(this.#received(mail));
      return;
    }
    if (this.#busy) return;
    const handlers = this.#body?.handlers;
    const mail = this.#take();
    if (!mail || !handlers) return this.#rest();
    this.#busy = true;
    void this.#handle(mail).then(
      () => this.#handled(),
      (error: unknown) => this.#broken(error),
    );
  }

  withdraw(from: Return): void {
    this.mailbox.withdraw(from, this.#components.clock.now());
  }

  /** Others cannot be reached any more, or are no more: what is out to them fails, and what they sent is forgotten. */
  lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    this.outbox.lost(others, error);
    this.mailbox.forget(others, this.#components.clock.now());
  }

  end(reason: ExitReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.outbox.close();
    const gone: Outcome = err({ tag: 'task-died', val: 'the vTask ended before it answered' });
    for (const from of this.mailbox.senders()) this.#answer(from, gone);
    for (const from of this.tokens.senders()) this.#answer(from, gone);
    this.#components.ended(this, reason);
    for (const reject of this.#waits) reject(new TaskEndedError(this.vtid));
    this.#waits.clear();
    this.#receiver = undefined;
  }

  #offer(
    event: Event,
    from: Return,
    chain: readonly string[],
    remainingMs: number,
    size: number,
  ): void {
    if (this.#serving && !this.#isWanted(event)) return this.#answer(from, notRegistered(event));
    const now = this.#components.clock.now();
    const mail: Mail = { event, from, chain, deadline: now + remainingMs };
    switch (this.mailbox.offer(mail, size, now)) {
      case 'too-large':
        this.#answer(
          from,
          err({ tag: 'quota-exceeded', val: `mailbox-bytes: ${size} bytes do not fit in it` }),
        );
        break;
      case 'parked':
        this.#components.route({
          tag: 'parked',
          val: { caller: from.vtid, id: from.id, target: this.vtid },
        });
        break;
      case 'taken':
        if (event.tag === 'message') this.#answer(from, ok(NOTHING));
        this.#components.ready(this);
    }
  }

  #take(): Mail | undefined {
    const now = this.#components.clock.now();
    for (;;) {
      const mail = this.mailbox.take(now);
      if (!mail || mail.event.tag !== 'request' || mail.deadline >= now) return mail;
    }
  }

  #received(mail: Mail): Event {
    const { event } = mail;
    if (event.tag !== 'request') return event;
    return { tag: 'request', val: { ...event.val, token: this.tokens.open(mail) } };
  }

  async #handle(mail: Mail): Promise<void> {
    const handlers = this.#body!.handlers!;
    const event = this.#received(mail);
    switch (event.tag) {
      case 'request': {
        const outcome = await handlers.onRpc(event.val);
        if (!this.#ended) this.#settle(event.val.token, outcome);
        return;
      }
      case 'message':
        await handlers.onMsg(event.val);
        return;
      case 'completion':
        await handlers.onCompletion(event.val);
        return;
      case 'notice':
        await handlers.onNotice(event.val);
    }
  }

  #settle(token: number, outcome: HandlerOutcome): void {
    // A handler may have answered by `reply` before it returned: the first answer counts.
    if (outcome.tag === 'reply') this.reply(token, ok(outcome.val));
    else if (outcome.tag === 'failed') this.reply(token, err(outcome.val));
  }

  #handled(): void {
    this.#busy = false;
    if (this.#ended) return;
    if (this.#exitStatus !== undefined) return this.end({ tag: 'exited', val: this.#exitStatus });
    if (this.mailbox.length > 0) this.#components.ready(this);
    else this.#rest();
  }

  #broken(error: unknown): void {
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
      this.requests.size > 0 ||
      this.messages.size > 0 ||
      this.watches > 0 ||
      this.outbox.size > 0 ||
      this.tokens.size > 0 ||
      this.mailbox.length > 0
    );
  }

  #isWanted(event: Event): boolean {
    if (event.tag === 'request') return this.requests.has(event.val.identity);
    return event.tag !== 'message' || this.messages.has(event.val.identity);
  }

  #answer({ vtid, id }: Return, outcome: Outcome): void {
    this.#components.route({
      tag: 'answer',
      val: { caller: vtid, id, target: this.vtid, outcome },
    });
  }
}
