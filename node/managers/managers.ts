import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { ManagerThread } from '#node/managers/manager-host.ts';
import { VERSION } from '#node/config.ts';
import { ManagerError } from '#node/errors.ts';
import type { OwnService } from '#node/services/service-book.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';

export type ManagerName = keyof Strategies;

export const MANAGER_NAMES = Object.keys(BUILT_IN) as readonly ManagerName[];

export interface ManagersComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cacheDir: string;
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
  readonly #plugged = new Map<ManagerName, string>();
  readonly #services = new Map<ManagerName, OwnService>();
  #thread: ManagerThread | undefined;

  constructor(components: ManagersComponents) {
    this.#components = components;
    this.resource = this.#strategy('resource');
    this.storage = this.#strategy('storage');
    this.task = this.#strategy('task');
    this.security = this.#strategy('security');
    this.distribution = this.#strategy('distribution');
    for (const name of MANAGER_NAMES) this.#began(name, VERSION);
  }

  /**
   * Plugs a manager in, in place of the one that was. Decisions under way are still taken by that one.
   * @throws {not-a-manager} the image does not export the manager's interface, or imports something
   */
  async plug(name: ManagerName, image: Uint8Array): Promise<void> {
    const { cacheDir, logger } = this.#components;
    const { key, description } = await prepareImage(image, { cacheDir });
    const wanted = interfaceOf(name);
    const exported = description.exports.some(
      (each) => each === wanted || each.startsWith(`${wanted}#`),
    );
    if (!exported) throw new ManagerError(name, `it does not export ${wanted}`);
    const imported = description.imports.filter((each) => !each.startsWith('posiv:managers/types'));
    if (imported.length > 0) throw new ManagerError(name, `it imports ${imported.join(', ')}`);
    this.#thread ??= new ManagerThread(this.#components);
    this.#plugged.set(name, key);
    this.#began(name, `sha256-${description.hash.slice(0, 12)}`);
    logger.info('a manager was plugged in', { manager: name, image: description.hash });
  }

  /** What the node tells of them: a plugged one has the beginning of its image's hash as its version. */
  services(): readonly OwnService[] {
    return [...this.#services.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]();
  }

  /** The functions of a manager, each asking the plugged one first. */
  #strategy<Name extends ManagerName>(name: Name): Strategies[Name] {
    const functions: Record<string, unknown> = {};
    for (const [method, builtIn] of Object.entries(BUILT_IN[name]) as [string, Strategy][])
      functions[method] = (...params: unknown[]) => {
        const program = this.#plugged.get(name);
        if (program === undefined) return builtIn(...params);
        return this.#ask(program, name, method, params).catch((error: unknown) => {
          this.#stands(name, program, 'failing');
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
    program: string,
    name: ManagerName,
    method: string,
    params: unknown[],
  ): Promise<unknown> {
    const answer = await this.#thread!.call(program, `${interfaceOf(name)}#${method}`, params);
    this.#stands(name, program, 'running');
    return answer;
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

  #stands(name: ManagerName, program: string, standing: OwnService['standing']): void {
    if (this.#plugged.get(name) !== program) return; // there is another one by now
    this.#services.set(name, { ...this.#services.get(name)!, standing });
  }
}

type Strategy = (...params: unknown[]) => unknown;

function interfaceOf(name: ManagerName): string {
  return `posiv:managers/${name}@0.1.0`;
}
