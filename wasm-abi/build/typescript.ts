import { resolve } from 'node:path';
import { bundleUserWit, bundleWit } from '#posiv-wit/bundle.ts';
import { runBuild } from './build-cell.ts';
import { type GuestBuildOptions, guestImage } from './guest-image.ts';
import { toolVersion } from './tool-version.ts';

export interface TypescriptGuest {
  /** Path of the main module. */
  readonly entry: string;
  /**
   * The world that it is built for, for example `posiv:kernel/service@0.1.0`. Absent: exactly the interfaces that it
   * imports, and the exports `program` and `handlers`.
   */
  readonly world?: string;
  /** WIT text that defines the world, where it is not one of POSIV's. */
  readonly wit?: string;
}

/** The world that the texts of `posiv-wit/bundle.ts` define. */
const WORLD = 'guest';

/**
 * Makes a component of a guest in TypeScript or JavaScript.
 * @throws {build-failed} with the tools' messages; also {build-lost}
 */
export async function buildTypescriptGuest(
  guest: TypescriptGuest,
  options: GuestBuildOptions,
): Promise<Uint8Array> {
  const { source, interfaces, exports } = await runBuild(
    { step: 'bundle', entry: resolve(guest.entry) },
    options,
  );
  const wit = worldText(guest, interfaces, exports);
  return guestImage([source, wit, toolVersion('componentize-qjs')], options, (signal) =>
    runBuild({ step: 'componentize', source, wit, world: WORLD }, { ...options, signal }),
  );
}

function worldText(
  { world, wit }: TypescriptGuest,
  interfaces: readonly string[],
  exports: readonly string[],
): string {
  if (wit !== undefined) return bundleUserWit(wit, world ?? WORLD);
  if (world !== undefined) return bundleWit(world);
  const lines = interfaces.map((each) => `  import ${each};`);
  for (const each of ['program', 'handlers']) {
    if (exports.includes(each)) lines.push(`  export posiv:kernel/${each}@0.1.0;`);
  }
  return bundleUserWit(`package vstar:built;\n\nworld ${WORLD} {\n${lines.join('\n')}\n}\n`, WORLD);
}
