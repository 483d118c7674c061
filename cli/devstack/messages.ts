import type { NodeConfig } from '#node/config.ts';

/** What a devstack tells one of its nodes. That it ends is said by closing the channel, by its death too. */
export type ToMember = { readonly config: NodeConfig };

/** What a node of a devstack tells it. */
export type FromMember =
  | {
      readonly kind: 'ready';
      readonly id: string;
      readonly addresses: readonly string[];
      readonly socket: string;
      readonly url: string | undefined;
      readonly token: string;
    }
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string };

/** What a devstack tells its keeper, each time that it changes: what to clean up should the devstack die. */
export interface ToKeeper {
  /** Removed last. */
  readonly folder: string;
  /** The processes of its nodes. They end by themselves, and are killed if they do not. */
  readonly nodes: readonly number[];
  /** COMMAND: its process, or its process group where the number is negative. */
  readonly command: number | undefined;
}
