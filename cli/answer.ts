import type { ErrorCode, ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { StoreError } from '#posiv-wit/generated/vstore.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import { CallError } from './errors.ts';

/** What the codes mean to a person. `val`, where there is one, says more. */
const MEANINGS: Readonly<Record<ErrorCode['tag'] | StoreError['tag'], string>> = {
  'no-such-task': 'there is no such vTask',
  timeout: 'there was no answer in time',
  unreachable: 'a node cannot be reached',
  refused: 'refused',
  'mailbox-full': 'its mailbox is full',
  'would-deadlock': 'it waits for the caller',
  'handler-failed': 'its handler failed',
  'task-died': 'the vTask has ended',
  'quota-exceeded': 'a limit would be passed',
  other: 'it failed',
  'not-found': 'not found',
  corrupt: 'the stored bytes are damaged',
  full: 'the disk of a node is full',
};

/** Waits for a call's answer. @param what was asked, for the message, as `put /a`. @throws CallError */
export async function answer<T>(
  what: string,
  call: Awaitable<Result<T, ErrorCode | StoreError>>,
): Promise<T> {
  const result = await call;
  if (result.ok) return result.value;
  const { error } = result;
  const more = 'val' in error && error.val !== '' ? `: ${error.val}` : '';
  throw new CallError(error.tag, `${what}: ${MEANINGS[error.tag]}${more}`);
}

/** How a vTask ended, as the end of a sentence about it. */
export function describeEnd(reason: ExitReason): string {
  switch (reason.tag) {
    case 'exited':
      return `ended with status ${reason.val}`;
    case 'failed':
      return `failed: ${reason.val}`;
    case 'trapped':
      return `trapped: ${reason.val}`;
    case 'killed':
      return 'was killed';
    case 'creator-ended':
      return 'was ended, because its creator ended';
    case 'quota-exceeded':
      return `passed a limit: ${reason.val}`;
    case 'start-failed':
      return `could not be started: ${reason.val}`;
    case 'lane-lost':
      return `died with its lane: ${reason.val}`;
    case 'node-lost':
      return 'was lost with its node';
    default:
      return reason satisfies never;
  }
}
