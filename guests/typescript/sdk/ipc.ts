import * as kernel from 'posiv:kernel/ipc@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { decode, encode } from './cbor.ts';
import { call } from './error.ts';
import { registry } from './registry.ts';
import type { Done, MsgHandler, RpcHandler } from './registry.ts';

/** A timeout that never runs out. */
export const NEVER = 0xffff_ffff;

/** What a handler returns that will answer by `reply` later. */
export const LATER: unique symbol = Symbol('later');

/**
 * Answers requests of an identity with what the handler returns; what it throws the caller sees as `handler-failed`.
 * @throws {refused}
 */
export function registerRpc(identity: string, handler: RpcHandler): void {
  if (registry.live) call(() => kernel.registerRpc(identity));
  registry.rpcs.set(identity, handler);
}

/**
 * Takes messages of an identity.
 * @throws {refused}
 */
export function registerMsg(identity: string, handler: MsgHandler): void {
  if (registry.live) call(() => kernel.registerMsg(identity));
  registry.msgs.set(identity, handler);
}

/**
 * Asks another vTask and waits for its answer; `timeout` in milliseconds.
 * @throws every code of `error-code`
 */
export function rpc(vtid: Vtid, identity: string, timeout: number, args?: unknown): any {
  const payload = encode(args);
  return decode(call(() => kernel.rpc(vtid, identity, timeout, payload)));
}

/**
 * Asks without waiting: `done` is called with the error or the result, by `serve` or as a service.
 * @returns the request's id, as in the `completion` that `receive` yields.
 * @throws {refused | quota-exceeded}
 */
export function startRpc(
  vtid: Vtid,
  identity: string,
  timeout: number,
  args: unknown,
  done?: Done,
): number {
  const payload = encode(args);
  const id = call(() => kernel.startRpc(vtid, identity, timeout, payload));
  if (done) registry.pending.set(id, done);
  return id;
}

/**
 * Sends a message; returns once it is in the target's mailbox.
 * @throws {no-such-task | timeout | unreachable | refused | mailbox-full | task-died | quota-exceeded}
 */
export function msg(vtid: Vtid, identity: string, body: unknown, timeout: number): void {
  const payload = encode(body);
  call(() => kernel.msg(vtid, identity, payload, timeout));
}

/**
 * Answers a request whose handler returned `LATER`.
 * @throws {refused}
 */
export function reply(token: number, result: unknown): void {
  const payload = encode(result);
  call(() => kernel.reply(token, { tag: 'ok', val: payload }));
}

/**
 * Tells the caller of a request what went wrong; it sees `handler-failed`.
 * @throws {refused}
 */
export function replyError(token: number, text: string): void {
  call(() => kernel.reply(token, { tag: 'err', val: text }));
}
