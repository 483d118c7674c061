/** The value of a call that was to succeed. */
export function good<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly error: { readonly tag: string; readonly val?: unknown } },
): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.tag}: ${String(result.error.val)}`);
}

/** The code of a call that was to fail. */
export function bad(
  result: { readonly ok: true } | { readonly ok: false; readonly error: { readonly tag: string } },
): string {
  return result.ok ? 'ok' : result.error.tag;
}
