import { isIdentity } from '#kernel/lane/identities.ts';
import type { Outcome } from '#kernel/lane/outbox.ts';
import type { Task } from '#kernel/lane/task.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode, IpcCalls } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const MAX_PAYLOAD_BYTES = 1 << 20;
const NO_LIMIT_MS = 0xffff_ffff;

/** `posiv:kernel/ipc` for one vTask, in its lane: a call between two vTasks of a lane never leaves it. */
export function ipcCalls(task: Task): IpcCalls {
  const { vtid } = task;

  function request(
    target: string,
    identity: string,
    args: Uint8Array,
    timeoutMs: number,
    chain: readonly string[],
    done: (outcome: Outcome, id: number) => void,
  ): number {
    return task.outbox.send(
      target,
      timeoutMs,
      (id, remainingMs) => ({
        tag: 'request',
        val: { caller: vtid, target, id, identity, args, remainingMs, chain },
      }),
      done,
    );
  }

  /** Sends now, or once its rate lets it, with the time that then remains. */
  function paced<T>(
    timeoutMs: number,
    send: (remainingMs: number) => Promise<Result<T, ErrorCode>>,
  ): Promise<Result<T, ErrorCode>> | Result<T, ErrorCode> {
    const waitMs = task.pace(timeoutMs);
    if (waitMs === undefined) return err(tooFast(task));
    if (waitMs === 0) return send(timeoutMs);
    const remainingMs = timeoutMs === NO_LIMIT_MS ? timeoutMs : Math.floor(timeoutMs - waitMs);
    return task.sleep(waitMs).then(() => send(remainingMs));
  }

  /** Why there is no request more to have out. */
  function tooMany(): ErrorCode | undefined {
    const { limits, outbox } = task;
    const { requests } = limits.quota;
    if (outbox.size < requests) return undefined;
    if (!limits.refuses('requests') && outbox.size < limits.requests) return undefined;
    return { tag: 'quota-exceeded', val: `requests: ${outbox.size} are out, at most ${requests}` };
  }

  return {
    registerRpc: (identity) => task.requests.register(identity),
    registerMsg: (identity) => task.messages.register(identity),

    rpc(target, identity, timeoutMs, args) {
      const refusal = check(target, identity, args);
      if (refusal) return err(refusal);
      if (task.tokens.chain(vtid).includes(target)) return err({ tag: 'would-deadlock' });
      const excess = tooMany();
      if (excess) return err(excess);
      return paced(timeoutMs, (remainingMs) =>
        task.suspend<Outcome>((resolve) =>
          request(target, identity, args, remainingMs, task.tokens.chain(vtid), resolve),
        ),
      );
    },

    startRpc(target, identity, timeoutMs, args) {
      const refusal = check(target, identity, args);
      if (refusal) return err(refusal);
      const excess = tooMany();
      if (excess) return err(excess);
      if (task.pace(0) === undefined) return err(tooFast(task));
      const id = request(target, identity, args, timeoutMs, [], (outcome, sent) =>
        task.put({ tag: 'completion', val: { id: sent, outcome } }),
      );
      return ok(id);
    },

    msg(target, identity, body, timeoutMs) {
      const refusal = check(target, identity, body);
      if (refusal) return err(refusal);
      return paced(timeoutMs, (patienceMs) =>
        task.suspend<Result<undefined, ErrorCode>>((resolve) =>
          task.outbox.send(
            target,
            patienceMs,
            (id, remainingMs) => ({
              tag: 'message',
              val: { sender: vtid, target, id, identity, body, remainingMs },
            }),
            (outcome) => resolve(outcome.ok ? ok(undefined) : outcome),
          ),
        ),
      );
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
