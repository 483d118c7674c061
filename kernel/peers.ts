import type { NodeId, OwnLife } from '#kernel/vtid.ts';
import type { NodeView } from '#posiv-wit/generated/managers.ts';

/** The other nodes, as far as the kernel needs to know of them. */
export interface Peers extends OwnLife {
  /** Every known node, this one included, as the managers look at it. */
  view(): readonly NodeView[];
  /** The id of the node that has this id or name. */
  find(idOrName: string): NodeId | undefined;
  /**
   * Whether that start of a node, or an earlier one of this node, is known to be over for good, so that none of its vTasks has an
   * effect any more.
   */
  isLost(node: NodeId, incarnation: number): boolean;
  /** The nodes that take no new vTasks, as far as is known. */
  draining(): ReadonlySet<NodeId>;
  /** A vTask has been sent to a node, which will take a moment to publish it. */
  placed(node: NodeId): void;
  /**
   * Sends a frame, whose bytes are written over after it returns; false if the node cannot be reached, or as much waits for it
   * as may. While this one may have been taken for lost frames wait, as far as there is room.
   * @param promised who waits for it would never hear otherwise, or its sender was told that it arrives: it goes though as much
   * waits as may, and where even the room beyond that is used up, the connection ends
   */
  send(node: NodeId, frame: Uint8Array, promised?: boolean): boolean;
  /** Ends the connection with a node which does not take so many bytes that are kept for it. */
  giveUp(node: NodeId, bytes: number): void;
}
