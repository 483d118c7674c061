import type { Outcome } from '#p2p/registers/outcome.ts';
import type { Proposer } from '#p2p/registers/proposer.ts';
import type { Register } from '#p2p/registers/register-state.ts';
import type { Entry, Found, Operation } from './history.ts';
import type { World } from './world.ts';

const TIMEOUT_MS = 400;
const PAUSE_MS = 60; // longest one between two operations

export interface ClientInit {
  readonly name: string;
  /** The node that it asks. */
  readonly at: number;
  /** The register of the next operation. */
  readonly key: () => string;
  readonly operations: number;
}

/** Asks one node for one operation after another, and writes down what became of them. */
export class Client {
  readonly entries: Entry[] = [];
  readonly #world: World;
  readonly #init: ClientInit;
  readonly #seen = new Map<string, number>();
  #done = 0;
  #writes = 0;

  constructor(world: World, init: ClientInit) {
    this.#world = world;
    this.#init = init;
  }

  run(): void {
    const { random, timeline } = this.#world;
    timeline.after(random.next() * PAUSE_MS, () => this.#next());
  }

  #next(): void {
    const { operations, key: pick, at } = this.#init;
    if (this.#done >= operations) return;
    this.#done += 1;
    const { timeline } = this.#world;
    const key = pick();
    const node = this.#world.node(at);
    if (node === undefined) {
      this.run();
      return;
    }
    let over = false;
    const call = timeline.now;
    const end = (entry: Entry | undefined): void => {
      if (over) return;
      over = true;
      if (entry !== undefined) this.entries.push(entry);
      this.run();
    };
    const asked = this.#ask(node.proposer, key);
    void asked.outcome.then((outcome) => {
      if (!node.clock.alive) return;
      const operation = asked.heard(outcome);
      const answered = outcome.tag === 'ok' ? timeline.now : Infinity;
      end(operation && { key, call, answered, operation });
    });
    // Of one whose node ended nobody hears any more.
    timeline.after(TIMEOUT_MS * 1.5, () => {
      const operation = asked.heard({ tag: 'unknown' });
      end(operation && { key, call, answered: Infinity, operation });
    });
  }

  #ask(
    proposer: Proposer,
    key: string,
  ): { outcome: Promise<Outcome>; heard: (outcome: Outcome) => Operation | undefined } {
    const draw = this.#world.random.next();
    if (draw < 0.3)
      return {
        outcome: proposer.read(key, TIMEOUT_MS),
        heard: (outcome) =>
          outcome.tag === 'ok'
            ? { kind: 'read', found: this.#saw(key, outcome.register) }
            : undefined,
      };
    const value = `${this.#init.name}:${this.#writes++}`;
    const bytes = new TextEncoder().encode(value);
    const expected = this.#seen.get(key) ?? 0;
    const blind = draw < 0.5;
    const outcome = proposer.change(
      key,
      ({ version }) => (blind || version === expected ? { value: bytes } : undefined),
      TIMEOUT_MS,
    );
    const heard = (told: Outcome): Operation | undefined => {
      if (told.tag === 'unavailable') return undefined; // it promises to have had no effect
      const found =
        told.tag === 'ok' ? { ...this.#saw(key, told.register), written: told.written } : undefined;
      return blind ? { kind: 'write', value, found } : { kind: 'swap', expected, value, found };
    };
    return { outcome, heard };
  }

  #saw(key: string, register: Register): Found {
    this.#seen.set(key, register.version);
    return foundIn(register);
  }
}

export function foundIn({ version, value }: Register): Found {
  return { version, value: value && new TextDecoder().decode(value) };
}
