import { trap } from '#posiv-wit/abi/trap.ts';

/** What one vTask may have open at once: each costs the host some hundred bytes. Programs have a dozen. */
const MAX_RESOURCES = 4_096;

/**
 * The things behind the handles of one instance. The transpiler's code keeps the tables of handles, in which a handle
 * stands for a number, the representation; this is what the numbers mean. The numbers of all kinds are different, so that a
 * handle can never be taken for one of another kind, whichever table it was looked up in.
 */
export class Resources {
  readonly #things = new Map<number, object>();
  readonly #free: number[] = [];

  /** The representation of a new resource. Traps where the vTask holds too many. */
  add(thing: object): number {
    if (this.#things.size >= MAX_RESOURCES) trap(`more than ${MAX_RESOURCES} resources of WASI`);
    const rep = this.#free.pop() ?? this.#things.size + 1;
    this.#things.set(rep, thing);
    return rep;
  }

  get(rep: number): object | undefined {
    return this.#things.get(rep);
  }

  drop(rep: number): void {
    if (this.#things.delete(rep)) this.#free.push(rep);
  }
}
