import { isIdentity } from '#kernel/lane/identities.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Outcome } from '#kernel/lane/outbox.ts';
import type { Task } from '#kernel/lane/task.ts';
import { excess } from '#kernel/quota.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode, Event, IpcCalls } from '#posiv-wit/generated/kernel.ts';
import { type Awaitable, err, ok, type Result } from '#posiv-wit/result.ts';

const MAX_PAYLOAD_BYTES = 1 << 20;
const NO_LIMIT_MS = 0xffff_ffff;
const TAKEN = ok(undefined);

export interface IpcComponents {
  readonly clock: Clock;
  /** Until the lane's way to its node has room for what need not be sent now; undefined where it has. None: it always has. */
  readonly room?: () => Promise<void> | undefined;
}

/** `posiv:kernel/ipc` for one vTask, in its lane: a call between two vTasks of a lane never leaves it. */
export class Ipc implements IpcCalls {
  readonly #task: Task;
  readonly #components: IpcComponents;

  constructor(task: Task, components: IpcComponents) {
    this.#task = task;
    this.#components = components;
  }

  registerRpc(identity: string): Result<undefined, ErrorCode> {
    return this.#task.intake.requests.register(identity);
  }

  registerMsg(identity: string): Result<undefined, ErrorCode> {
    return this.#task.intake.messages.register(identity);
  }

  rpc(target: string, identity: string, timeoutMs: number, args: Uint8Array): Awaitable<Outcome> {
    const refusal = check(target, identity, args);
    if (refusal) return err(refusal);
    const task = this.#task;
    const { vtid: caller, tokens, outbox } = task;
    const chain = tokens.chain(caller);
    if (chain.includes(target)) return err({ tag: 'would-deadlock' });
    const beyond = this.#tooMany();
    if (beyond) return err(beyond);
    return this.#paced(target, timeoutMs, (remainingMs) => {
      const id = outbox.nextId();
      const val = { caller, target, id, identity, args, remainingMs, chain };
      return task.suspend<Outcome>((wait) =>
        outbox.send({ tag: 'request', val }, (outcome) => wait.resolve(outcome)),
      );
    });
  }

  startRpc(
    target: string,
    identity: string,
    timeoutMs: number,
    args: Uint8Array,
  ): Awaitable<Result<number, ErrorCode>> {
    const refusal = check(target, identity, args);
    if (refusal) return err(refusal);
    const beyond = this.#tooMany();
    if (beyond) return err(beyond);
    const task = this.#task;
    const { vtid: caller, outbox } = task;
    if (task.messageRate.take(0) === undefined) return err(tooFast(task));
    const begin = (remainingMs: number): Result<number, ErrorCode> => {
      const id = outbox.nextId();
      const val = { caller, target, id, identity, args, remainingMs, chain: [] };
      outbox.send({ tag: 'request', val }, (outcome) =>
        task.put({ tag: 'completion', val: { id, outcome } }, target),
      );
      return ok(id);
    };
    if (this.#hasRoomFor(target)) return begin(timeoutMs);
    return this.#beforeSending(target, 0).then((tookMs) => begin(remaining(timeoutMs, tookMs)));
  }

  msg(
    target: string,
    identity: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Awaitable<Result<undefined, ErrorCode>> {
    const refusal = check(target, identity, body);
    if (refusal) return err(refusal);
    const task = this.#task;
    const { vtid: sender, outbox, limits } = task;
    if (!limits.paced) {
      const neighbour = task.neighbour(target);
      if (neighbour?.takes(sender, identity, body)) return TAKEN;
      if (!neighbour && this.#hasRoomFor(target) && task.sendsByCredit(target, identity, body))
        return TAKEN;
    }
    return this.#paced(target, timeoutMs, (remainingMs) => {
      const id = outbox.nextId();
      const val = { sender, target, id, identity, body, remainingMs };
      return task.suspend<Result<undefined, ErrorCode>>((wait) =>
        outbox.send({ tag: 'message', val }, (outcome) =>
          wait.resolve(outcome.ok ? TAKEN : outcome),
        ),
      );
    });
  }

  receive(timeoutMs: number): Awaitable<Result<Event, ErrorCode>> {
    return this.#task.receive(timeoutMs);
  }

  reply(token: number, outcome: Result<Uint8Array, string>): Result<undefined, ErrorCode> {
    if (outcome.ok && outcome.value.byteLength > MAX_PAYLOAD_BYTES)
      return err(tooLarge(outcome.value));
    return this.#task.reply(token, outcome);
  }

  /** Sends now, or once its rate lets it and there is room, with the time that then remains. */
  #paced<T>(
    target: string,
    timeoutMs: number,
    send: (remainingMs: number) => Awaitable<Result<T, ErrorCode>>,
  ): Awaitable<Result<T, ErrorCode>> {
    const task = this.#task;
    const waitMs = task.messageRate.take(timeoutMs);
    if (waitMs === undefined) return err(tooFast(task));
    if (waitMs === 0 && this.#hasRoomFor(target)) return send(timeoutMs);
    return this.#beforeSending(target, waitMs).then((tookMs) => send(remaining(timeoutMs, tookMs)));
  }

  #hasRoomFor(target: string): boolean {
    return this.#components.room?.() === undefined || this.#task.neighbour(target) !== undefined;
  }

  /**
   * Waits so long, and then until there is room on the way to this one.
   * @returns the milliseconds that it took
   * @throws {task-ended}
   */
  async #beforeSending(target: string, waitMs: number): Promise<number> {
    const { clock, room } = this.#components;
    const task = this.#task;
    const since = clock.now();
    if (waitMs > 0) await task.sleep(waitMs);
    while (!this.#hasRoomFor(target)) {
      await task.suspend<void>((wait) => void room?.()?.then(() => wait.resolve()));
      task.refuseIfEnded();
    }
    return clock.now() - since;
  }

  /** Why there is no request more to have out. */
  #tooMany(): ErrorCode | undefined {
    const { limits, outbox } = this.#task;
    return excess('requests', { held: outbox.size, most: limits.quota.requests }, (limit) =>
      limits.refuses(limit),
    );
  }
}

function check(target: string, identity: string, body: Uint8Array): ErrorCode | undefined {
  if (birthNode(target) === undefined) return { tag: 'no-such-task' };
  if (!isIdentity(identity))
    return { tag: 'refused', val: `an identity has 1 to 128 bytes, '${identity}' has not` };
  if (body.byteLength > MAX_PAYLOAD_BYTES) return tooLarge(body);
  return undefined;
}

function remaining(timeoutMs: number, tookMs: number): number {
  return timeoutMs === NO_LIMIT_MS ? timeoutMs : Math.max(0, Math.floor(timeoutMs - tookMs));
}

function tooFast({ limits }: Task): ErrorCode {
  return { tag: 'quota-exceeded', val: `message-rate: ${limits.quota.messageRate} a second` };
}

function tooLarge(body: Uint8Array): ErrorCode {
  return {
    tag: 'refused',
    val: `a payload has at most ${MAX_PAYLOAD_BYTES} bytes, this one ${body.byteLength}: put it in vStore and send its blob`,
  };
}
