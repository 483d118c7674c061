import type { Logger } from '#kernel/logger.ts';
import type { Managers } from '#node/managers/managers.ts';
import type { NodeFiles } from '#node/node-files.ts';
import { MANAGER_NAME_CASES, type ManagerName } from '#posiv-wit/generated/admin.ts';

export interface KeptManagersComponents {
  readonly managers: Managers;
  readonly files: NodeFiles;
  readonly logger: Logger;
}

/** Managers that are swapped while the node runs: the images are in its folder, so that they decide also after a restart. */
export class KeptManagers {
  readonly #components: KeptManagersComponents;

  constructor(components: KeptManagersComponents) {
    this.#components = components;
  }

  /**
   * Plugs in those that were there before the node was started. One that cannot be is told of: the node starts all the same.
   * @param others that something else is said of
   */
  async restore(others: ReadonlySet<string>): Promise<void> {
    const { managers, files, logger } = this.#components;
    for (const name of MANAGER_NAME_CASES) {
      if (others.has(name)) continue;
      const image = await files.read(fileOf(name));
      if (image === undefined) continue;
      try {
        await managers.restore(name, image);
      } catch (error) {
        const { message } = error as Error;
        logger.error('a manager was not plugged in again, the built-in strategy decides', {
          manager: name,
          error: message,
        });
      }
    }
  }

  /** @returns its version @throws {not-a-manager} and what is wrong with an image, or with the disk: then the one before stays */
  plug(name: ManagerName, image: Uint8Array): Promise<string> {
    const { managers, files } = this.#components;
    return managers.plug(name, image, () => files.write(fileOf(name), image));
  }

  unplug(name: ManagerName): Promise<void> {
    const { managers, files } = this.#components;
    return managers.unplug(name, () => files.remove(fileOf(name)));
  }
}

function fileOf(name: ManagerName): string {
  return `manager-${name}.wasm`;
}
