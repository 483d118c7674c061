/** Whether a vTask of a name has to live, by what programs outside were told. */
type Duty = 'must' | 'must-not' | 'may';

interface Known {
  duty: Duty;
  /** Operations on the name that have not ended. */
  under: number;
  /** Two of them were under way at the same time: nobody can say which came last. */
  muddled: boolean;
}

/** What must run runs once all is well, and what was killed does not, whatever became of nodes meanwhile. */
export class MustRun {
  readonly #fault: (what: string) => void;
  readonly #names = new Map<string, Known>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  /** Somebody is about to have it made or killed. */
  begin(name: string): void {
    const known = this.#names.get(name) ?? { duty: 'may', under: 0, muddled: false };
    this.#names.set(name, known);
    known.muddled ||= known.under > 0;
    known.under += 1;
  }

  /** It is over. @param duty what follows from the answer; undefined: nothing has changed */
  end(name: string, duty: Duty | undefined): void {
    const known = this.#names.get(name)!;
    known.under -= 1;
    if (known.muddled) known.duty = 'may';
    else if (duty !== undefined) known.duty = duty;
    if (known.under === 0) known.muddled = false;
  }

  /** It has ended so often that it is not made again. */
  givenUp(name: string): void {
    const known = this.#names.get(name);
    if (known?.duty === 'must') known.duty = 'may';
  }

  /** @param living the names of all vTasks that live, on whichever nodes */
  finish(living: readonly string[]): void {
    for (const [name, { duty }] of this.#names) {
      const count = living.filter((each) => each === name).length;
      if (duty === 'must' && count !== 1) this.#fault(`${name} must run, and ${count} of it do`);
      if (duty === 'must-not' && count !== 0)
        this.#fault(`${name} was killed, and ${count} of it run`);
    }
  }

  /** How many have to live. */
  get count(): number {
    return [...this.#names.values()].filter(({ duty }) => duty === 'must').length;
  }
}
