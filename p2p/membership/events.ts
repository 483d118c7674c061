import type { NodeId } from '../node-id.ts';

/**
 * What this node has come to think of another; for each, in the order in which it did. It is an opinion: a node is lost only
 * when its lease is fenced.
 */
export type MembershipEvent =
  /** A node, or a later life of one: any earlier life of it is over. */
  | { readonly what: 'joined'; readonly node: NodeId; readonly incarnation: number }
  /** It may be gone; it has some time to refute that. */
  | {
      readonly what: 'suspect';
      readonly node: NodeId;
      readonly incarnation: number;
      /** Who said so first, as far as this node has heard. */
      readonly accuser: NodeId;
    }
  /** What was thought of it is refuted. */
  | { readonly what: 'alive'; readonly node: NodeId; readonly incarnation: number }
  /** It did not refute a suspicion in time: what SWIM calls failed. */
  | { readonly what: 'unreachable'; readonly node: NodeId; readonly incarnation: number }
  /** It said that it goes, and will not come back in this life. */
  | { readonly what: 'left'; readonly node: NodeId; readonly incarnation: number }
  /** Others know of a later life of this very node: its identity is in use twice, or was restored from an old copy. */
  | { readonly what: 'superseded'; readonly node: NodeId; readonly incarnation: number };
