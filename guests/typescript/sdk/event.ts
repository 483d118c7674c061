import * as kernel from 'posiv:kernel/ipc@0.1.0';
import type { Change } from 'posiv:kernel/ipc@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { decode, encode } from './cbor.ts';
import { VStarError, call } from './error.ts';
import { LATER } from './ipc.ts';
import { registry } from './registry.ts';
import type { Caller } from './registry.ts';

/** What a program can receive, its payloads decoded. */
export type Event =
  | { kind: 'message'; sender: Vtid; identity: string; body: unknown }
  | { kind: 'request'; caller: Caller; identity: string; args: unknown }
  | { kind: 'completion'; id: number; error?: VStarError; result?: unknown }
  | { kind: 'notice'; watch: number; vtid: Vtid; change: Change };

/**
 * Waits for the next event and gives it to the caller; no handler is called.
 * @throws {timeout}
 */
export function receive(timeout: number): Event {
  return eventOf(call(() => kernel.receive(timeout)));
}

/**
 * Waits for the next event and gives it to its handler or callback; false if none came in time.
 * For a program that waits for something while it answers requests.
 */
export function serve(timeout: number): boolean {
  try {
    dispatch(receive(timeout));
    return true;
  } catch (error) {
    if (error instanceof VStarError && error.code === 'timeout') return false;
    throw error;
  }
}

/** Gives an event to the handler, callback or watch that it is for; does nothing where there is none. */
export function dispatch(event: Event): void {
  switch (event.kind) {
    case 'message':
      return registry.msgs.get(event.identity)?.(event.body, event.sender);
    case 'request': {
      const outcome = answer(event);
      if (outcome.tag === 'reply')
        call(() => kernel.reply(event.caller.token, { tag: 'ok', val: outcome.val }));
      else if (outcome.tag === 'failed')
        call(() => kernel.reply(event.caller.token, { tag: 'err', val: outcome.val }));
      return;
    }
    case 'completion': {
      const done = registry.pending.get(event.id);
      registry.pending.delete(event.id);
      return done?.(event.error, event.result);
    }
    case 'notice': {
      const fn = registry.watches.get(event.watch);
      registry.watches.delete(event.watch);
      return fn?.(event.change, event.vtid);
    }
  }
}

/** As `outcome` of `posiv:kernel/handlers`. */
export type Outcome =
  | { tag: 'reply'; val: Uint8Array }
  | { tag: 'failed'; val: string }
  | { tag: 'later' };

/** What the registered handler says to a request. */
export function answer(request: Extract<Event, { kind: 'request' }>): Outcome {
  const handler = registry.rpcs.get(request.identity);
  if (!handler) return { tag: 'failed', val: `no handler for '${request.identity}'` };
  try {
    const result = handler(request.args, request.caller);
    return result === LATER ? { tag: 'later' } : { tag: 'reply', val: encode(result) };
  } catch (error) {
    return { tag: 'failed', val: error instanceof Error ? error.message : String(error) };
  }
}

/** The event of what the kernel yields. */
export function eventOf(event: kernel.Event): Event {
  switch (event.tag) {
    case 'message': {
      const { sender, identity, body } = event.val;
      return { kind: 'message', sender, identity, body: decode(body) };
    }
    case 'request': {
      const { token, caller, identity, args } = event.val;
      return { kind: 'request', caller: { vtid: caller, token }, identity, args: decode(args) };
    }
    case 'completion': {
      const { id, outcome } = event.val;
      return outcome.tag === 'ok'
        ? { kind: 'completion', id, result: decode(outcome.val) }
        : { kind: 'completion', id, error: VStarError.of(outcome.val) };
    }
    default:
      return { kind: 'notice', ...event.val };
  }
}
