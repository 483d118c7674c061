import type { LentFile } from '#kernel/ipc/lent-file.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';

/** Files of the node that the lanes of a cell read by themselves. */
export interface CellFiles {
  /** From now on, for a minute, they can. False where it cannot be. */
  lend(file: LentFile): Promise<boolean>;
  /** A lane says that it could not read a file. */
  unread(name: string): void;
}

/** The node's side of a cell, wherever its lanes are. Its lanes are numbered from 0. */
export interface CellLink {
  /** Of its process; undefined where it has none of its own. */
  readonly pid: number | undefined;
  /** Undefined where its lanes read nothing by themselves. */
  readonly files?: CellFiles | undefined;
  send(lane: number, frame: NodeFrame): void;
  /** Its lanes run no guest from then on, by the node's clock, whatever becomes of the node; Infinity: no such time. */
  actUntil(deadline: number): void;
  /** Bytes on their way to a lane that it has not taken yet. */
  queued(lane: number): number;
  /** Takes no more frames of a lane until another lane has room again: resolves where the sender may go on. */
  hold(lane: number, until: Promise<void>): void;
  /** Resolves once a lane has taken what was queued for it, or is no more. */
  drained(lane: number): Promise<void>;
  /** Milliseconds of processor time that a lane has used. Undefined where it cannot be known now. */
  usedMs(lane: number): Promise<number | undefined>;
  /** Ends a lane at once, even in the middle of a guest's loop, and starts another: its number, or undefined for none. */
  replace(lane: number): number | undefined;
  /**
   * Its part of the processors is to be as great as the weight of its tenant says, beside the cells of others. Resolves
   * once it is, or cannot be.
   */
  weigh(weight: number): Promise<void>;
  /** Ends the cell at once, with all of its lanes. */
  terminate(): Promise<void>;
}

/** What a cell tells the node. Whatever `received` throws ends the cell. */
export interface CellEvents {
  /** A frame of a lane, in order. */
  received(lane: number, frame: NodeFrame): void;
  /** A lane has ended by itself. */
  laneLost(lane: number, why: string): void;
  /** The cell has ended by itself, or was ended for what it did. Told once, and nothing after it. */
  lost(why: string): void;
}

export interface CellInit {
  readonly tenant: string;
  readonly lanes: number;
}

/** Starts a cell, whose lanes take frames at once. */
export type StartCell = (init: CellInit, events: CellEvents) => CellLink;
