import { createHash } from 'node:crypto';
import type { Limits } from './binary/core-module.ts';
import type { ImageDescription } from './inspect.ts';
import type { CheckMode } from './rewrite/checks.ts';
import type { Recycling } from './rewrite/recycling.ts';
import type { GrowableMemory } from './rewrite/rewrite-module.ts';
import { REWRITER_VERSION } from './rewrite/version.ts';

/** What is kept of an image beside its core modules, and all that a lane needs to start it. */
export interface Preparation {
  readonly description: ImageDescription;
  readonly modules: Readonly<Record<string, PreparedModule>>;
  /** The files of the modules in the order in which an instance makes instances of them, one file maybe several times. */
  readonly instantiations: readonly string[];
  /** Of components: the files with the transpiler's JavaScript, and with what the engine has compiled it to. */
  readonly glue?: { readonly source: string; readonly compiled: string };
}

export interface PreparedModule {
  /** The memories that it is to be given. */
  readonly memories: readonly Limits[];
  /** Those that it grows, as it imports them. */
  readonly growable: readonly GrowableMemory[];
  /** What its tables together may come to have. */
  readonly tableElements: number;
  /** How an instance of it is put back as it was made. */
  readonly recycling: Recycling;
}

/** What the tables of one instance together may come to have: one module may be linked many times. */
export function tableElementsOf({ instantiations, modules }: Preparation): number {
  return instantiations.reduce((sum, file) => sum + (modules[file]?.tableElements ?? 0), 0);
}

/** Changes whenever what is prepared by one version could not be run by the next, or is prepared otherwise. */
const BINDING_VERSION = 6;

/** The key of what is derived from an image, which depends on all that took part in it. */
export function preparationKey(
  imageHash: string,
  transpilerVersion: string,
  mode: CheckMode,
): string {
  const parts = [
    imageHash,
    `jco ${transpilerVersion}`,
    `v8 ${process.versions.v8}`,
    `binding ${BINDING_VERSION}`,
    `rewriter ${REWRITER_VERSION} ${mode}`,
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
