import * as kernel from 'posiv:kernel/monitor@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { call } from './error.ts';
import { registry } from './registry.ts';
import type { WatchHandler } from './registry.ts';

/**
 * Calls `fn` once when the vTask runs.
 * @returns the watch's number, for `unwatch`.
 * @throws {no-such-task | unreachable | quota-exceeded}
 */
export function onStart(vtid: Vtid, fn: WatchHandler): number {
  return watch(() => kernel.onStart(vtid), fn);
}

/** Calls `fn` once when the vTask ends by itself, with its status. As `onStart`. */
export function onExit(vtid: Vtid, fn: WatchHandler): number {
  return watch(() => kernel.onExit(vtid), fn);
}

/** Calls `fn` once when the vTask dies, is killed or is lost with its node, with the reason. As `onStart`. */
export function onDie(vtid: Vtid, fn: WatchHandler): number {
  return watch(() => kernel.onDie(vtid), fn);
}

/**
 * Takes a watch back: its function is not called any more.
 * @throws {refused}
 */
export function unwatch(number: number): void {
  registry.watches.delete(number);
  call(() => kernel.unwatch(number));
}

function watch(set: () => number, fn: WatchHandler): number {
  const number = call(set);
  registry.watches.set(number, fn);
  return number;
}
