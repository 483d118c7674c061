import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Asker } from '#kernel/peer-calls.ts';
import { absence, isLost, ownVTask } from '#kernel/absence.ts';
import { birthNode, unreachable, type NodeId } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, type Awaitable, type Result } from '#posiv-wit/result.ts';

export interface Question {
  /** Of a function that answers with a result. */
  readonly name: string;
  readonly params: readonly unknown[];
  /** The vTask that it is asked for; left out where it is asked for this node itself. */
  readonly caller?: Asker;
}

/** Has another node carry out a call. */
export function askNode<T>(
  kernel: Kernel,
  node: NodeId,
  question: Question,
): Promise<Result<T, ErrorCode>> {
  return ask(kernel, node, question, () => unreachable(node));
}

/** Has the node that a vTask was born on, which is another one, carry out a call on it. */
export async function askBirthNode<T>(
  kernel: Kernel,
  vtid: string,
  question: Question,
): Promise<Result<T, ErrorCode>> {
  const { peers } = kernel.components;
  const failure = (): ErrorCode => absence(peers, vtid);
  // There may be a connection with it still.
  if (isLost(peers, vtid)) return err(failure());
  return ask(kernel, birthNode(vtid)!, question, failure);
}

/** Carries a call on a vTask out here if it was born here, else has the node do it that it was born on. */
export async function atBirth<T>(
  kernel: Kernel,
  vtid: string,
  question: Question & { readonly caller: Caller },
  here: (vtask: VTask) => Awaitable<Result<T, ErrorCode>>,
): Promise<Result<T, ErrorCode>> {
  const node = birthNode(vtid);
  if (node === undefined) return err({ tag: 'no-such-task' });
  if (node !== kernel.self) return askBirthNode(kernel, vtid, question);
  const own = ownVTask(kernel, vtid, question.caller.tenant);
  return own.ok ? here(own.value) : own;
}

async function ask<T>(
  kernel: Kernel,
  node: NodeId,
  { name, params, caller }: Question,
  failure: () => ErrorCode,
): Promise<Result<T, ErrorCode>> {
  try {
    const asked = kernel.peerCalls.call(node, name, params, caller);
    return (await asked) as Result<T, ErrorCode>;
  } catch {
    return err(failure());
  }
}
