import type { CacheEntry } from '../cache-entry.ts';
import type { Preparation } from '../prepared.ts';
import type { CheckMode } from '../rewrite/checks.ts';

/** What a build cell can be asked for: one job, then it ends. */
export type BuildJob = PrepareJob | BundleJob | OwnBundleJob | ComponentizeJob | CompileJob;

interface PrepareJob {
  readonly step: 'prepare';
  readonly image: Uint8Array;
  readonly mode: CheckMode;
}

export interface BundleJob {
  readonly step: 'bundle';
  /** Absolute path of the guest's main module. */
  readonly entry: string;
}

export interface OwnBundleJob {
  readonly step: 'bundle-own';
  /** Absolute paths of modules of vStarCloud, by the names of the files to make, which end in `.mjs`. */
  readonly entries: Readonly<Record<string, string>>;
  /** The same of scripts for the threads of lanes (`bundleScript`). */
  readonly scripts: Readonly<Record<string, string>>;
}

export interface ComponentizeJob {
  readonly step: 'componentize';
  readonly source: string;
  /** One text with the world and all that it refers to. */
  readonly wit: string;
  readonly world: string;
}

export interface CompileJob {
  readonly step: 'compile';
  /** Names to texts: sources, and the headers that they include. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of the files are compiled. */
  readonly sources: readonly string[];
  readonly flags: readonly string[];
  /** `core` is the module that a component would be made of. */
  readonly output: 'component' | 'core' | 'wasi-command';
  /** Of components: one text with the world and all that it refers to. */
  readonly wit: string;
  readonly world: string;
}

/** What each job gives. */
export interface BuildResults {
  prepare: CacheEntry<Preparation>;
  bundle: {
    readonly source: string;
    /** Interfaces of WIT that it imports. */
    readonly interfaces: readonly string[];
    readonly exports: readonly string[];
  };
  'bundle-own': CacheEntry<null>;
  componentize: { readonly image: Uint8Array };
  compile: { readonly image: Uint8Array };
}

/** What a build cell tells its owner. */
export type BuildMessage =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: WireError };

/** An error of `errors.ts` on its way out of a build cell. */
export interface WireError {
  readonly code: string;
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
