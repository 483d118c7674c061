/** At once, or later. */
export type Awaitable<T> = T | Promise<T>;

/** What a call that may fail gives: WIT's `result`. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** The good outcome; without an argument that of `result<_, e>`. */
export function ok(): { readonly ok: true; readonly value: undefined };
export function ok<T>(value: T): { readonly ok: true; readonly value: T };
export function ok<T>(value?: T): { readonly ok: true; readonly value: T | undefined } {
  return { ok: true, value };
}

/** The bad outcome; without an argument that of `result<t>`. */
export function err(): { readonly ok: false; readonly error: undefined };
export function err<E>(error: E): { readonly ok: false; readonly error: E };
export function err<E>(error?: E): { readonly ok: false; readonly error: E | undefined } {
  return { ok: false, error };
}
