import type { StoreError } from '#posiv-wit/generated/vstore.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import {
  codeOf,
  CorruptError,
  FullError,
  messageOf,
  NotFoundError,
  QuotaExceededError,
  RefusedError,
  UnreachableError,
} from './errors.ts';

/** Another node failed in a way that it has no word for, or does not speak as it should. */
export class PeerError extends Error {
  readonly code = 'other';
}

const CLASSES = {
  'not-found': NotFoundError,
  refused: RefusedError,
  unreachable: UnreachableError,
  corrupt: CorruptError,
  full: FullError,
  'quota-exceeded': QuotaExceededError,
  other: PeerError,
} satisfies Record<StoreError['tag'], new (message: string) => Error>;

/** What callers and other nodes are told of an error. What is none of theirs becomes `other`. */
function toStoreError(error: unknown): StoreError {
  const code = codeOf(error);
  const tag = code !== undefined && isTag(code) ? code : 'other';
  return { tag, val: messageOf(error) };
}

/** The error that another node told of. */
export function fromStoreError({ tag, val }: StoreError): Error {
  return new CLASSES[tag](val);
}

/** Runs what may throw, at the edge to those who are given results. */
export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Result<T, StoreError>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(toStoreError(error));
  }
}

/** As `outcomeOf`, of what gives nothing. */
export function completionOf(
  work: () => void | Promise<void>,
): Promise<Result<undefined, StoreError>> {
  return outcomeOf(async () => {
    await work();
    return undefined;
  });
}

function isTag(code: string): code is StoreError['tag'] {
  return Object.hasOwn(CLASSES, code);
}
