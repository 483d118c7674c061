import { hosts, placesFor } from 'vstar/hosts';
import type { Host } from 'vstar/hosts';
import type { Group } from './book.ts';

/** Where machines can go, as the nodes say when the first is asked about: they are asked once, for however many machines that is. */
export class Places {
  readonly #byKind = new Map<string, string[]>();
  #hosts: readonly Host[] | undefined;

  get hosts(): readonly Host[] {
    this.#hosts ??= hosts();
    return this.#hosts;
  }

  /** The nodes that have room for one more machine of a group, the best first. */
  for(group: Group): readonly string[] {
    const { shape, backend } = group;
    const kind = JSON.stringify([shape, backend]);
    const known = this.#byKind.get(kind);
    if (known) return known;
    const places = placesFor(shape, backend);
    this.#byKind.set(kind, places);
    return places;
  }

  /** Those of them that can go on with what one has in memory. @param from the node that it is on */
  to(group: Group, from: string | null): readonly string[] {
    const cpus = new Map(this.hosts.map(({ node, cpu }) => [node, cpu]));
    const cpu = from === null ? undefined : cpus.get(from);
    return this.for(group).filter((node) => node !== from && cpus.get(node) === cpu);
  }

  /** Whether that is what a node is called, or its id. */
  is(node: string | null, called: string): boolean {
    if (node === called) return true;
    return this.hosts.some((host) => host.node === node && host.name === called);
  }
}
