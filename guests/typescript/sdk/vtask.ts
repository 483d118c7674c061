import * as kernel from 'posiv:kernel/vtask@0.1.0';
import type { Options, Quota, VtaskInfo } from 'posiv:kernel/vtask@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { call } from './error.ts';

export type { VtaskInfo };

const NOTHING_SAID: Quota = {
  memoryPages: 0,
  tableElements: 0,
  cpuWeight: 0,
  cpuRate: 0,
  mailboxBytes: 0,
  messageRate: 0,
  logRate: 0,
  watches: 0,
  requests: 0,
  lifeMs: 0,
  scratchBytes: 0,
};

/** How a vTask is to be made; what is left out has the defaults of `posiv:kernel/vtask`. */
export interface VtaskOptions extends Partial<Omit<Options, 'quota' | 'environment'>> {
  quota?: Partial<Options['quota']>;
  environment?: Record<string, string>;
}

/**
 * Makes a vTask of the image at a vStore path, without starting it. A name makes it durable.
 * @throws {refused | unreachable | quota-exceeded}
 */
export function vtaskNew(
  name: string | undefined,
  path: string,
  cmd: string[] = [],
  options?: VtaskOptions,
): Vtid {
  return call(() => kernel.new(name, path, cmd, options && record(options)));
}

function record(options: VtaskOptions): Options {
  return {
    detached: options.detached ?? false,
    node: options.node,
    near: options.near ?? [],
    grants: options.grants,
    quota: { ...NOTHING_SAID, ...options.quota },
    environment: Object.entries(options.environment ?? {}),
    restart: options.restart ?? 'never',
  };
}

/**
 * Starts a vTask that `vtaskNew` made; returns once its node has accepted it.
 * @throws {no-such-task | refused | task-died | unreachable}
 */
export function vtaskSched(vtid: Vtid): void {
  call(() => kernel.sched(vtid));
}

/**
 * Ends a vTask and its children, wherever they are.
 * @throws {no-such-task | task-died | unreachable} `task-died`: with its node
 */
export function vtaskKill(vtid: Vtid): void {
  call(() => kernel.kill(vtid));
}

/**
 * Changes what a vTask that the caller made may use, at once; what is left out stays as it is.
 * @throws {no-such-task | refused | quota-exceeded | task-died | unreachable}
 */
export function vtaskAdjust(vtid: Vtid, quota: Partial<Quota>): void {
  call(() => kernel.adjust(vtid, { ...NOTHING_SAID, ...quota }));
}

/** The caller's own vtid. */
export function self(): Vtid {
  return kernel.self();
}

/** Ends the caller with this status once the function that it is in has returned. */
export function exit(status: number): void {
  kernel.exit(status);
}

/**
 * What is known of a vTask.
 * @throws {no-such-task | task-died | unreachable} `task-died`: with its node
 */
export function info(vtid: Vtid): VtaskInfo {
  return call(() => kernel.info(vtid));
}

/**
 * The living vTask that bears a name.
 * @throws {no-such-task | unreachable}
 */
export function find(name: string): Vtid {
  return call(() => kernel.find(name));
}

/**
 * The vTasks of the caller's tenant on one node, or on the caller's own.
 * @throws {refused | unreachable}
 */
export function list(node?: string): VtaskInfo[] {
  return call(() => kernel.list(node));
}
