import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { PluggedManager, type StartManager } from '#node/managers/plugged-manager.ts';
import { TRIAL } from '#node/managers/trial.ts';
import { VERSION } from '#node/config.ts';
import { ManagerError } from '#node/errors.ts';
import type { OwnService } from '#node/services/service-book.ts';
import { MANAGER_NAME_CASES, type ManagerName } from '#posiv-wit/generated/admin.ts';
import type { PreparedImage } from '#wasm-abi/prepare.ts';

export interface ManagersComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes an image ready to be started by `start`. */
  readonly prepare: (image: Uint8Array) => Promise<PreparedImage>;
  readonly start: StartManager;
}

/**
 * The strategies of the five managers: of those plugged in where there are any, else the built-in ones. A plugged manager
 * that fails or takes too long is passed over for that one decision.
 */
export class Managers implements Strategies, AsyncDisposable {
  readonly resource: Strategies['resource'];
  readonly storage: Strategies['storage'];
  readonly task: Strategies['task'];
  readonly security: Strategies['security'];
  readonly distribution: Strategies['distribution'];
  readonly #components: ManagersComponents;
  readonly #plugged = new Map<ManagerName, PluggedManager>();
  readonly #services = new Map<ManagerName, OwnService>();
  /** They decide what they were asked before others took their place. */
  readonly #retiring = new Set<Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(components: ManagersComponents) {
    this.#components = components;
    this.resource = this.#strategy('resource');
    this.storage = this.#strategy('storage');
    this.task = this.#strategy('task');
    this.security = this.#strategy('security');
    this.distribution = this.#strategy('distribution');
    for (const name of MANAGER_NAME_CASES) this.#began(name, VERSION);
  }

  /**
   * Plugs a manager in, in place of the one that was, once it has answered every question of a trial. Decisions under way are
   * still taken by that one, which stays where anything is wrong.
   * @param keep done between the two: if it fails, the one before stays
   * @returns the version that it is listed by
   * @throws {not-a-manager} the image does not export the manager's interface, imports something or fails in its trial; also
   *   what is wrong with an image, and what `keep` throws
   */
  plug(
    name: ManagerName,
    image: Uint8Array,
    keep: () => Promise<void> = async () => {},
  ): Promise<string> {
    return this.#inTurn(async () => {
      const { program, hash } = await this.#prepare(name, image);
      const plugged = new PluggedManager(this.#components, program);
      try {
        await this.#tryOut(name, plugged);
        await keep();
      } catch (error) {
        await plugged[Symbol.asyncDispose]();
        throw error;
      }
      return this.#took(name, plugged, hash);
    });
  }

  /**
   * Has one decide that was plugged in before, and tried then: it is begun with its first question, and a start of the node waits
   * for none. It is passed over while it fails, as any other.
   * @throws {not-a-manager} and what is wrong with an image
   */
  restore(name: ManagerName, image: Uint8Array): Promise<string> {
    return this.#inTurn(async () => {
      const { program, hash } = await this.#prepare(name, image);
      return this.#took(name, new PluggedManager(this.#components, program), hash);
    });
  }

  /**
   * Has the built-in strategy decide again.
   * @param forget done before: if it fails, the plugged one stays
   */
  unplug(name: ManagerName, forget: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await forget();
      if (!this.#plugged.has(name)) return;
      this.#replace(name, undefined, VERSION);
      this.#components.logger.info('a manager was unplugged', { manager: name });
    });
  }

  /** What the node tells of them: a plugged one has the beginning of its image's hash as its version. */
  services(): readonly OwnService[] {
    return [...this.#services.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    for (const plugged of this.#plugged.values()) await plugged[Symbol.asyncDispose]();
    await Promise.all(this.#retiring);
  }

  /** @throws {not-a-manager} and what is wrong with an image */
  async #prepare(
    name: ManagerName,
    image: Uint8Array,
  ): Promise<{ readonly program: string; readonly hash: string }> {
    const { key, description } = await this.#components.prepare(image);
    const wanted = interfaceOf(name);
    const exported = description.exports.some(
      (each) => each === wanted || each.startsWith(`${wanted}#`),
    );
    if (!exported) throw new ManagerError(name, `it does not export ${wanted}`);
    const imported = description.imports.filter((each) => !each.startsWith('posiv:managers/types'));
    if (imported.length > 0) throw new ManagerError(name, `it imports ${imported.join(', ')}`);
    return { program: key, hash: description.hash };
  }

  /** @throws {not-a-manager} */
  async #tryOut(name: ManagerName, plugged: PluggedManager): Promise<void> {
    for (const [method, params] of Object.entries(TRIAL[name]) as [string, unknown[]][])
      try {
        await plugged.call(`${interfaceOf(name)}#${method}`, params);
      } catch (error) {
        const { message } = error as Error;
        throw new ManagerError(name, `${method} fails when it is tried: ${message}`, error);
      }
  }

  /** The functions of a manager, each asking the plugged one first. */
  #strategy<Name extends ManagerName>(name: Name): Strategies[Name] {
    const functions: Record<string, unknown> = {};
    for (const [method, builtIn] of Object.entries(BUILT_IN[name]) as [string, Strategy][])
      functions[method] = (...params: unknown[]) => {
        const plugged = this.#plugged.get(name);
        if (plugged === undefined) return builtIn(...params);
        return this.#ask(plugged, name, method, params).catch((error: unknown) => {
          this.#stands(name, plugged, 'failing');
          this.#components.logger.warn('a manager failed, the built-in strategy decided', {
            manager: name,
            error: (error as Error).message,
          });
          return builtIn(...params);
        });
      };
    return functions as unknown as Strategies[Name];
  }

  async #ask(
    plugged: PluggedManager,
    name: ManagerName,
    method: string,
    params: unknown[],
  ): Promise<unknown> {
    const answer = await plugged.call(`${interfaceOf(name)}#${method}`, params);
    this.#stands(name, plugged, 'running');
    return answer;
  }

  /** @returns its version */
  #took(name: ManagerName, plugged: PluggedManager, hash: string): string {
    const version = `sha256-${hash.slice(0, 12)}`;
    this.#replace(name, plugged, version);
    this.#components.logger.info('a manager was plugged in', { manager: name, image: hash });
    return version;
  }

  #replace(name: ManagerName, plugged: PluggedManager | undefined, version: string): void {
    const before = this.#plugged.get(name);
    if (plugged) this.#plugged.set(name, plugged);
    else this.#plugged.delete(name);
    this.#began(name, version);
    if (!before) return;
    const retiring = before.retire().finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  #began(name: ManagerName, version: string): void {
    this.#services.set(name, {
      name: `${name}-manager`,
      version,
      interface: interfaceOf(name),
      standing: 'running',
      sinceMs: this.#components.clock.wallTime(),
    });
  }

  #stands(name: ManagerName, plugged: PluggedManager, standing: OwnService['standing']): void {
    if (this.#plugged.get(name) !== plugged) return; // there is another one by now
    this.#services.set(name, { ...this.#services.get(name)!, standing });
  }

  /** One change after the other: what is kept is what decides. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changing = this.#turn.then(change);
    this.#turn = changing.catch(() => {});
    return changing;
  }
}

type Strategy = (...params: unknown[]) => unknown;

function interfaceOf(name: ManagerName): string {
  return `posiv:managers/${name}@0.1.0`;
}
