import type { ManagersComponents } from '#node/managers/managers.ts';
import { MANAGER_NAME_CASES, type ManagerName } from '#posiv-wit/generated/admin.ts';
import { managerImage } from '#tests/support/manager-image.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { loadProgram, type Program } from '#wasm-abi/load.ts';
import { prepareImage, type PreparedImage } from '#wasm-abi/prepare.ts';

/** The five managers as components, built, prepared and compiled before anything is simulated. */
export class ManagerPrograms {
  readonly images: ReadonlyMap<ManagerName, Uint8Array>;
  readonly #prepared: ReadonlyMap<Uint8Array, PreparedImage>;
  readonly #programs: ReadonlyMap<string, Program>;

  private constructor(
    images: ReadonlyMap<ManagerName, Uint8Array>,
    prepared: ReadonlyMap<Uint8Array, PreparedImage>,
    programs: ReadonlyMap<string, Program>,
  ) {
    this.images = images;
    this.#prepared = prepared;
    this.#programs = programs;
  }

  static async build(): Promise<ManagerPrograms> {
    const images = new Map<ManagerName, Uint8Array>();
    const prepared = new Map<Uint8Array, PreparedImage>();
    const programs = new Map<string, Program>();
    for (const name of MANAGER_NAME_CASES) {
      const image = await managerImage(`services/managers/${name}/component.ts`, name);
      const { key, description } = await prepareImage(image, { cacheDir: CACHE });
      images.set(name, image);
      prepared.set(image, { key, description });
      programs.set(key, await loadProgram(CACHE, key));
    }
    return new ManagerPrograms(images, prepared, programs);
  }

  /** Stands in for `prepareImage`. */
  readonly prepare: ManagersComponents['prepare'] = (image) =>
    Promise.resolve(this.#prepared.get(image)!);

  /** Stands in for `loadProgram`: instances share the code alone. */
  load(key: string): Promise<Program> {
    return Promise.resolve(this.#programs.get(key)!);
  }
}
