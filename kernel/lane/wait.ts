import type { Awaitable } from '#posiv-wit/result.ts';

/** What the stack of a vTask is suspended in, once it has to be. */
export class Wait<T> {
  readonly #waits: Wait<unknown>[];
  #value: { readonly is: T } | undefined;
  #settle: PromiseWithResolvers<T> | undefined;

  /** @param waits those of the vTask, among which it is for as long as it lasts */
  constructor(waits: Wait<unknown>[]) {
    this.#waits = waits;
  }

  /** To be called once what is waited for has been begun. */
  result(): Awaitable<T> {
    if (this.#value) return this.#value.is;
    this.#waits.push(this as Wait<unknown>);
    this.#settle = Promise.withResolvers<T>();
    return this.#settle.promise;
  }

  /** The first end counts. */
  resolve(value: T): void {
    if (!this.#settle) {
      this.#value ??= { is: value };
      return;
    }
    this.#over();
    this.#settle.resolve(value);
  }

  /** Not before `result`. */
  reject(reason: Error): void {
    this.#over();
    this.#settle?.reject(reason);
  }

  #over(): void {
    const waits = this.#waits;
    if (waits.at(-1) === this) waits.pop(); // it is alone, nearly always
    else if (waits.includes(this as Wait<unknown>))
      waits.splice(waits.indexOf(this as Wait<unknown>), 1);
  }
}
