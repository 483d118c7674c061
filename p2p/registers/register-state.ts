import { MOST_UTF8_BYTES } from '#posiv-wit/codec/utf8.ts';
import type { AcceptedState, RegisterState } from '#posiv-wit/generated/p2p/registers.ts';

/** Longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1_024;
/** Longest value, in bytes: what is larger belongs into vStore, and its blob-id here. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** Of the mark that each change leaves. Drawn at random, two of eight that are compared are alike once in 10^18. */
export const MARK_BYTES = 8;
/** So many changes of others may come on top of one whose answers were lost before it cannot be recognised any more. */
export const MARKS_KEPT = 8;

/** A register as callers see it: version 0 if it was never written, no value while it is empty. */
export interface Register {
  readonly version: number;
  readonly value: Uint8Array | undefined;
}

export const NEVER_WRITTEN: RegisterState = { version: 0, value: undefined, recent: [] };

const encoder = new TextEncoder();

export function isKey(key: string): boolean {
  if (key.length === 0 || key.length > MAX_KEY_BYTES || !key.isWellFormed()) return false;
  return (
    key.length * MOST_UTF8_BYTES <= MAX_KEY_BYTES || encoder.encode(key).length <= MAX_KEY_BYTES
  );
}

/** Whether a proposer could have made it. */
export function isState({ version, value, recent }: RegisterState): boolean {
  if (value !== undefined && value.length > MAX_VALUE_BYTES) return false;
  return (
    recent.length === Math.min(version, MARKS_KEPT) &&
    recent.every((mark) => mark.length === MARK_BYTES)
  );
}

export function registerOf({ version, value }: RegisterState): Register {
  return { version, value };
}

/** The state after a change that leaves a mark. */
export function changed(
  before: RegisterState,
  value: Uint8Array | undefined,
  mark: Uint8Array,
): RegisterState {
  const recent = [mark, ...before.recent].slice(0, MARKS_KEPT);
  return { version: before.version + 1, value, recent };
}

/** A copy whose memory is its own: what was decoded points into the whole frame or log that it came in. */
export function copyAccepted({ ballot, state }: AcceptedState): AcceptedState {
  const { version, value, recent } = state;
  return {
    ballot,
    state: {
      version,
      value: value && new Uint8Array(value),
      recent: recent.map((mark) => new Uint8Array(mark)),
    },
  };
}

/** In bytes of memory, about. */
export function sizeOf(key: string, accepted: AcceptedState | undefined): number {
  const state = accepted?.state;
  return 200 + 2 * key.length + (state?.value?.length ?? 0) + 100 * (state?.recent.length ?? 0);
}
