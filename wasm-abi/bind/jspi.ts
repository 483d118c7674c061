import { keepAll } from '#posiv-wit/abi/guest-memory.ts';

// JavaScript Promise Integration, which TypeScript's library does not know yet.

interface Jspi {
  promising(core: (...params: never[]) => unknown): (...params: unknown[]) => Promise<unknown>;
  Suspending: new (host: (...params: never[]) => unknown) => object;
}

const jspi = WebAssembly as unknown as Jspi;

/** An exported function of wasm whose stack may be suspended by imports: it gives a promise. */
export function promising(
  core: WebAssembly.ExportValue | undefined,
): (...params: unknown[]) => Promise<unknown> {
  return jspi.promising(core as () => unknown);
}

/** An import that suspends the calling stack while the promise that `host` gives is pending. */
export function suspending(host: (...params: never[]) => unknown): WebAssembly.ImportValue {
  return new jspi.Suspending(host) as WebAssembly.ImportValue;
}

/** The same for functions of WASI, which a `cabi_realloc` may call. */
export function suspendingAnywhere(host: (...params: never[]) => unknown): WebAssembly.ImportValue {
  return suspending((...params) => {
    const result = host(...params);
    if (result instanceof Promise) keepAll();
    return result;
  });
}
