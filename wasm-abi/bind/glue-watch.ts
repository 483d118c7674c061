import type { OutsideState } from './linked-instance.ts';

/** The names that the engine gives to functions of wasm are their numbers. */
const NAME_OF_WASM = /^\d/;

/**
 * Tells whether the cores of a component have called any function of the transpiler's code. That keeps much in closures
 * that cannot be put back: tables of resources, tasks, what it has memoised. But only its own functions change it, and of
 * these an instance runs no more, once it is linked, than those that its cores import: the host calls the cores
 * directly. So what they import is passed on if it is known (the host's own functions, and what the cores before them
 * export), and else changed to a function that takes note.
 */
export class GlueWatch implements OutsideState {
  readonly slots: unknown[];
  #touched = false;
  readonly #known = new WeakSet<object>();

  /** @param slots which functions that are known change */
  constructor(slots: unknown[]) {
    this.slots = slots;
  }

  get touched(): boolean {
    return this.#touched;
  }

  /** These change nothing outside of wasm but `slots`, and what goes by whom the instance is for. */
  know(values: Iterable<unknown>): void {
    for (const value of values) if (isObject(value)) this.#known.add(value);
  }

  /** What to give to a core in place of `imports`. */
  watched(imports: WebAssembly.Imports): WebAssembly.Imports {
    return Object.fromEntries(
      Object.entries(imports).map(([module, values]) => {
        const unknown = Object.entries(values).filter(([, value]) => !this.#isKnown(value));
        const noted = unknown.map(([name, value]) => [name, this.#noted(value)]);
        return [module, noted.length > 0 ? { ...values, ...Object.fromEntries(noted) } : values];
      }),
    );
  }

  #isKnown(value: unknown): boolean {
    // Those globals that can be changed are put back through the modules that import them; flags of the transpiler's are such.
    return !isObject(value) || this.#known.has(value) || value instanceof WebAssembly.Global;
  }

  #noted(value: WebAssembly.ImportValue): WebAssembly.ImportValue {
    if (typeof value === 'function' && !NAME_OF_WASM.test((value as { name: string }).name)) {
      return (...params: unknown[]): unknown => {
        this.#touched = true;
        return (value as (...all: unknown[]) => unknown)(...params);
      };
    }
    // It may suspend the stack, which a frame of JavaScript around it would prevent.
    this.#touched = true;
    return value;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
