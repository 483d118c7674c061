import { isIdentity } from '#kernel/lane/identities.ts';
import type { Outcome } from '#kernel/lane/outbox.ts';
import type { Task } from '#kernel/lane/task.ts';
import { excess } from '#kernel/quota.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode, IpcCalls } from '#posiv-wit/generated/kernel.ts';
import { type Awaitable, err, ok, type Result } from '#posiv-wit/result.ts';

const MAX_PAYLOAD_BYTES = 1 << 20;
const NO_LIMIT_MS = 0xffff_ffff;
const TAKEN = ok(undefined);

/** `posiv:kernel/ipc` for one vTask, in its lane: a call between two vTasks of a lane never leaves it. */
export function ipcCalls(task: Task): IpcCalls {
  const { vtid } = task;

  /** Sends now, or once its rate lets it, with the time that then remains. */
  function paced<T>(
    timeoutMs: number,
    send: (remainingMs: number) => Awaitable<Result<T, ErrorCode>>,
  ): Awaitable<Result<T, ErrorCode>> {
    const waitMs = task.messageRate.take(timeoutMs);
    if (waitMs === undefined) return err(tooFast(task));
    if (waitMs === 0) return send(timeoutMs);
    const remainingMs = timeoutMs === NO_LIMIT_MS ? timeoutMs : Math.floor(timeoutMs - waitMs);
    return task.sleep(waitMs).then(() => send(remainingMs));
  }

  /** Why there is no request more to have out. */
  function tooMany(): ErrorCode | undefined {
    const { limits, outbox } = task;
    return excess('requests', { held: outbox.size, most: limits.quota.requests }, (limit) =>
      limits.refuses(limit),
    );
  }

  return {
    registerRpc: (identity) => task.requests.register(identity),
    registerMsg: (identity) => task.messages.register(identity),

    rpc(target, identity, timeoutMs, args) {
      const refusal = check(target, identity, args);
      if (refusal) return err(refusal);
      const chain = task.tokens.chain(vtid);
      if (chain.includes(target)) return err({ tag: 'would-deadlock' });
      const beyond = tooMany();
      if (beyond) return err(beyond);
      return paced(timeoutMs, (remainingMs) => {
        const id = task.outbox.nextId();
        const val = { caller: vtid, target, id, identity, args, remainingMs, chain };
        return task.suspend<Outcome>((wait) =>
          task.outbox.send({ tag: 'request', val }, (outcome) => wait.resolve(outcome)),
        );
      });
    },

    startRpc(target, identity, timeoutMs, args) {
      const refusal = check(target, identity, args);
      if (refusal) return err(refusal);
      const beyond = tooMany();
      if (beyond) return err(beyond);
      if (task.messageRate.take(0) === undefined) return err(tooFast(task));
      const id = task.outbox.nextId();
      const val = { caller: vtid, target, id, identity, args, remainingMs: timeoutMs, chain: [] };
      task.outbox.send({ tag: 'request', val }, (outcome) =>
        task.put({ tag: 'completion', val: { id, outcome } }),
      );
      return ok(id);
    },

    msg(target, identity, body, timeoutMs) {
      const refusal = check(target, identity, body);
      if (refusal) return err(refusal);
      return paced(timeoutMs, (remainingMs) => {
        const id = task.outbox.nextId();
        const val = { sender: vtid, target, id, identity, body, remainingMs };
        return task.suspend<Result<undefined, ErrorCode>>((wait) =>
          task.outbox.send({ tag: 'message', val }, (outcome) =>
            wait.resolve(outcome.ok ? TAKEN : outcome),
          ),
        );
      });
    },

    receive: (timeoutMs) => task.receive(timeoutMs),
    reply(token, outcome) {
      if (outcome.ok && outcome.value.byteLength > MAX_PAYLOAD_BYTES)
        return err(tooLarge(outcome.value));
      return task.reply(token, outcome);
    },
  };
}

function check(target: string, identity: string, body: Uint8Array): ErrorCode | undefined {
  if (birthNode(target) === undefined) return { tag: 'no-such-task' };
  if (!isIdentity(identity))
    return { tag: 'refused', val: `an identity has 1 to 128 bytes, '${identity}' has not` };
  if (body.byteLength > MAX_PAYLOAD_BYTES) return tooLarge(body);
  return undefined;
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
