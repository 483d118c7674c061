import {
  readConfigurationChange,
  writeConfigurationChange,
  type Configuration,
  type ConfigurationChange,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock } from '../environment.ts';
import { decode, encode } from '../wire-format.ts';
import { blockingOf, nextConfiguration, quorumOf, type Quorum } from './configuration.ts';
import { RegisterUnavailableError } from './errors.ts';
import type { Proposer } from './proposer.ts';

/** The register that says who the acceptors are; nobody else may write it. */
export const CONFIGURATION_KEY = '\0configuration';

const REWRITTEN_AT_ONCE = 32;

export interface ReconfigurationComponents {
  readonly proposer: Pick<Proposer, 'configuration' | 'adopt' | 'read' | 'change' | 'gather'>;
  readonly clock: Clock;
}

/** The configuration with the version of its register. */
interface Found {
  readonly version: number;
  readonly change: ConfigurationChange;
}

/**
 * Changes who the acceptors are, one at a time and while registers are in use. Each step waits until the configuration
 * before the present one is out of use and everything is with quorums of the present one. Several nodes may do it at once,
 * and whoever comes later goes on with what another has left half done.
 */
export class Reconfiguration {
  readonly #proposer: ReconfigurationComponents['proposer'];
  readonly #clock: Clock;

  constructor({ proposer, clock }: ReconfigurationComponents) {
    this.#proposer = proposer;
    this.#clock = clock;
  }

  /**
   * Resolves once these are the acceptors and keep every register.
   * @param target at most five
   * @throws {configuration-refused}
   * @throws {register-unavailable} no quorum in time: the change may be half done, and can be taken up again
   */
  async change(target: readonly string[], timeoutMs: number): Promise<Configuration> {
    const deadline = this.#clock.now() + timeoutMs;
    for (;;) {
      const found = await this.#find(deadline);
      const { current } = found.change;
      const present = await this.#install(found.change, deadline);
      const next = nextConfiguration(current, target, present);
      await this.#rewrite(current, deadline);
      if (this.#proposer.configuration.epoch !== current.epoch) continue; // another goes on with it
      if (next === undefined) return current;
      // Those that are to decide then have to be there, or nobody could take the step back.
      await this.#tell(current, quorumOf(next), deadline);
      await this.#choose(found, next, deadline);
    }
  }

  /** The newest configuration, by which this node goes from now on. */
  async #find(deadline: number): Promise<Found> {
    for (;;) {
      const before = this.#proposer.configuration;
      const outcome = await this.#proposer.read(CONFIGURATION_KEY, this.#left(deadline));
      if (outcome.tag !== 'ok') throw new RegisterUnavailableError(CONFIGURATION_KEY);
      const { version, value } = outcome.register;
      const change =
        value === undefined
          ? { previous: undefined, current: before }
          : decode(readConfigurationChange, value);
      this.#proposer.adopt(change.current);
      // Read under an older one it may not be the newest.
      if (this.#proposer.configuration.epoch === change.current.epoch) return { version, change };
    }
  }

  /**
   * Tells the acceptors, until no quorum of the configuration before can do anything any more.
   * @returns those of the present ones that have answered until then
   */
  async #install(
    { previous, current }: ConfigurationChange,
    deadline: number,
  ): Promise<ReadonlySet<string>> {
    if (previous !== undefined) await this.#tell(current, blockingOf(previous), deadline);
    return this.#tell(current, quorumOf(current), deadline);
  }

  /** @returns those that have answered */
  async #tell(
    current: Configuration,
    quorum: Quorum,
    deadline: number,
  ): Promise<ReadonlySet<string>> {
    const operation = { tag: 'configure', val: current } as const;
    const left = this.#left(deadline);
    const gathered = await this.#proposer.gather(operation, quorum, left, current);
    if (gathered.tag !== 'quorum') throw new RegisterUnavailableError(CONFIGURATION_KEY);
    return new Set(gathered.answers.keys());
  }

  /** Has every register accepted once more by a quorum of the present configuration. */
  async #rewrite(current: Configuration, deadline: number): Promise<void> {
    for (let after = ''; ;) {
      const page = await this.#keysAfter(after, current, deadline);
      for (let at = 0; at < page.length; at += REWRITTEN_AT_ONCE) {
        const some = page.slice(at, at + REWRITTEN_AT_ONCE);
        await Promise.all(some.map((key) => this.#rewriteOne(key, deadline)));
      }
      const last = page.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  async #rewriteOne(key: string, deadline: number): Promise<void> {
    const left = this.#left(deadline);
    const { tag } = await this.#proposer.change(key, () => undefined, left);
    if (tag !== 'ok') throw new RegisterUnavailableError(key);
  }

  /**
   * Registers after a key, up to where each acceptor of a quorum has told all of its own: whatever was chosen is known
   * to one of them.
   */
  async #keysAfter(after: string, current: Configuration, deadline: number): Promise<string[]> {
    const operation = { tag: 'list-keys', val: after } as const;
    const left = this.#left(deadline);
    const gathered = await this.#proposer.gather(operation, quorumOf(current), left, current);
    if (gathered.tag === 'reconfigured') return [];
    if (gathered.tag !== 'quorum') throw new RegisterUnavailableError(CONFIGURATION_KEY);
    const pages = [...gathered.answers.values()].flatMap((answer) =>
      answer.tag === 'keys' && answer.val.length > 0 ? [answer.val] : [],
    );
    const ends = pages.map((page) => page.at(-1) ?? '').toSorted();
    const complete = ends[0];
    if (complete === undefined) return [];
    const keys = new Set(pages.flat().filter((key) => key <= complete && key > after));
    return [...keys].toSorted();
  }

  async #choose({ version, change }: Found, next: Configuration, deadline: number): Promise<void> {
    const value = encode(writeConfigurationChange, { previous: change.current, current: next });
    const outcome = await this.#proposer.change(
      CONFIGURATION_KEY,
      (register) => (register.version === version ? { value } : undefined),
      this.#left(deadline),
    );
    if (outcome.tag !== 'ok') throw new RegisterUnavailableError(CONFIGURATION_KEY);
  }

  #left(deadline: number): number {
    return Math.max(0, deadline - this.#clock.now());
  }
}
