import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import type { CoreInstance } from './core-exports.ts';
import type { InstanceMemories } from './memories.ts';
import type { CheckContext } from './preemption.ts';

/** An instance of one of the core modules of an image. */
export interface LinkedCore extends CoreInstance {
  /** The file of its module. */
  readonly file: string;
  /** Undefined where it has no code of its own. */
  readonly checks: CheckContext | undefined;
}

/** The core instances that an instance of an image consists of, with all that ties them to JavaScript. */
export interface LinkedInstance {
  readonly cores: readonly LinkedCore[];
  readonly memories: InstanceMemories;
  /** Through which all of its imports of POSIV go, and its exports. */
  readonly abis: CoreAbi[];
  readonly outside: OutsideState;
}

/** What the code of an instance can change in JavaScript beside what its host keeps of whom it is for. */
export interface OutsideState {
  /** What adapters between the components of an image keep of the task that runs; none in an image that is one module. */
  readonly slots: unknown[];
  /** Whether it may have changed anything of which nothing is known here. */
  readonly touched: boolean;
}
