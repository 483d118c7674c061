import type { Limit, Refusal } from '#posiv-wit/generated/kernel.ts';

/** How often somebody passed each limit, whether it was refused or only counted. */
export class Refusals {
  readonly #counts = new Map<Limit, number>();
  #total = 0;

  /** Of all limits. */
  get total(): number {
    return this.#total;
  }

  add(limit: Limit): void {
    this.#total += 1;
    this.#counts.set(limit, (this.#counts.get(limit) ?? 0) + 1);
  }

  /** Takes over what another has counted so far. A count never falls: what it comes from is not trusted. */
  raise({ limit, count }: Refusal): void {
    const before = this.#counts.get(limit) ?? 0;
    if (count <= before) return;
    this.#total += count - before;
    this.#counts.set(limit, count);
  }

  list(): readonly Refusal[] {
    return [...this.#counts].map(([limit, count]) => ({ limit, count }));
  }
}
