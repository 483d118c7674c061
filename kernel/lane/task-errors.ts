import type { ErrorCode, Event } from '#posiv-wit/generated/kernel.ts';
import { err, type Result } from '#posiv-wit/result.ts';

// Of the text of an error: it is for people, and is kept for as long as anybody may ask for it.
const MAX_TEXT_CHARS = 4_096;
const GOES_ON = '...';

/** The text of an error as a guest gave it, as far as it is carried. */
export function cut(text: string): string {
  return text.length > MAX_TEXT_CHARS ? text.slice(0, MAX_TEXT_CHARS) + GOES_ON : text;
}

/** Whether a text is no longer than `cut` leaves any. */
export function isCut(text: string): boolean {
  return text.length <= MAX_TEXT_CHARS + GOES_ON.length;
}

/** What a call of a vTask that has ended rejects with: it unwinds the guest's stack. */
export class TaskEndedError extends Error {
  readonly code = 'task-ended';
  constructor(vtid: string) {
    super(`vTask ${vtid} has ended: its calls have no effect any more`);
  }
}

/** The answer to a request or message that nothing is registered for. */
export function notRegistered(event: Event): Result<never, ErrorCode> {
  const [kind, identity] =
    event.tag === 'request'
      ? ['rpc', event.val.identity]
      : ['message', event.tag === 'message' ? event.val.identity : ''];
  return err({ tag: 'refused', val: `the vTask has registered no ${kind} '${identity}'` });
}
