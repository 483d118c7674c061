import type { Limit, Refusal } from '#posiv-wit/generated/kernel.ts';

/** How often somebody passed each limit, whether it was refused or only counted. */
export class Refusals {
  /** None for most: they pass no limit. */
  #counts: Map<Limit, number> | undefined;
  #total = 0;

  /** Of all limits. */
  get total(): number {
    return this.#total;
  }

  add(limit: Limit): void {
    this.#set(limit, this.#countOf(limit) + 1);
  }

  /** Takes over what another has counted so far. A count never falls: what it comes from is not trusted. */
  raise({ limit, count }: Refusal): void {
    if (count > this.#countOf(limit)) this.#set(limit, count);
  }

  list(): readonly Refusal[] {
    return [...(this.#counts ?? [])].map(([limit, count]) => ({ limit, count }));
  }

  #countOf(limit: Limit): number {
    return this.#counts?.get(limit) ?? 0;
  }

  #set(limit: Limit, count: number): void {
    this.#total += count - this.#countOf(limit);
    (this.#counts ??= new Map()).set(limit, count);
  }
}
