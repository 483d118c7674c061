import { join } from 'node:path';
import { CACHE } from '#tests/support/real-cluster.ts';
import type { Awaitable } from '#posiv-wit/result.ts';
import { Spares } from '#wasm-abi/bind/spares.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import { readEntry } from '#wasm-abi/cache-entry.ts';
import { coreProgram } from '#wasm-abi/core-program.ts';
import { imageHash } from '#wasm-abi/inspect.ts';
import type { Program } from '#wasm-abi/load.ts';
import { prepareImage, type PreparedImage } from '#wasm-abi/prepare.ts';
import type { Preparation } from '#wasm-abi/prepared.ts';
import { ManagerPrograms } from './manager-programs.ts';

const GUEST = join(import.meta.dirname, '../guest/citizen.c');
const SDK = join(import.meta.dirname, '../../../guests/c/sdk');

interface Compiled {
  readonly hash: string;
  readonly prepared: PreparedImage;
  readonly meta: Preparation;
  readonly modules: ReadonlyMap<string, WebAssembly.Module>;
}

/**
 * The guests of a simulation, built, prepared with fuel and compiled before it begins: in it nothing waits for a thread, and
 * a guest is interrupted after the same instructions each time.
 */
export class Programs {
  /** The image of tests/simulation/guest/citizen.c. */
  readonly citizen: Uint8Array;
  readonly #compiled: Compiled;
  #managers: Promise<ManagerPrograms> | undefined;

  private constructor(citizen: Uint8Array, compiled: Compiled) {
    this.citizen = citizen;
    this.#compiled = compiled;
  }

  static async build(): Promise<Programs> {
    const cacheDir = CACHE;
    const citizen = await buildCitizen();
    const prepared = await prepareImage(citizen, { cacheDir, mode: 'fuel' });
    const entry = (await readEntry<Preparation>(cacheDir, prepared.key))!;
    const modules = new Map(
      Object.keys(entry.meta.modules).map((name) => [
        name,
        new WebAssembly.Module(entry.files.get(name) as BufferSource),
      ]),
    );
    const { meta } = entry;
    return new Programs(citizen, { hash: imageHash(citizen), prepared, meta, modules });
  }

  /** Of nodes whose managers are components. */
  managers(): Promise<ManagerPrograms> {
    return (this.#managers ??= ManagerPrograms.build());
  }

  /** Stands in for `prepareImage`. */
  prepare(image: Uint8Array): Promise<PreparedImage> {
    if (imageHash(image) !== this.#compiled.hash)
      return Promise.reject(new Error('it is not the image that was stored'));
    return Promise.resolve(this.#compiled.prepared);
  }

  /** The programs of one lane, by their keys: they share the code, and no instance. As everywhere, a lane waits for one that is new to it. */
  ofLane(): (key: string) => Awaitable<Program> {
    const { prepared, meta, modules } = this.#compiled;
    const program = coreProgram(meta, modules, new Spares());
    let isKnown = false;
    return (key) => {
      if (key !== prepared.key) throw new Error(`no program ${key} was prepared`);
      if (isKnown) return program;
      isKnown = true;
      return Promise.resolve(program);
    };
  }
}

/** The image of tests/simulation/guest/citizen.c. */
export function buildCitizen(): Promise<Uint8Array> {
  return buildCGuest(
    { sources: [GUEST], includes: [SDK], world: 'posiv:kernel/service@0.1.0', output: 'core' },
    { cacheDir: CACHE },
  );
}
