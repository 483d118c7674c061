import type { LanePool } from '#kernel/lane-pool.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Peers } from '#kernel/peers.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { VTaskTable } from '#kernel/vtask-table.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** The lane of the sessions: programs outside that speak over the control API. */
export const SESSIONS = -1;

/** The frames of ipc: they travel between vTasks and name both ends. */
export type IpcFrame = Extract<
  Frame,
  { tag: 'request' | 'message' | 'answer' | 'parked' | 'room' | 'withdraw' }
>;

export interface RouterComponents {
  readonly table: VTaskTable;
  readonly lanes: LanePool;
  readonly peers: Peers;
  /** Gives a frame to a session of this node. */
  readonly toSession: (frame: Frame) => void;
}

/** Finds the way of a frame: to a lane of this node, to a session, or to the node that its target was born on. */
export class Router {
  readonly #components: RouterComponents;
  readonly #writer = new Writer();

  constructor(components: RouterComponents) {
    this.#components = components;
  }

  /** Sends a frame to the vTask that it is for; what cannot arrive is answered. */
  route(frame: IpcFrame): void {
    const { peers } = this.#components;
    const target = targetOf(frame);
    const node = birthNode(target);
    if (node === undefined) return this.#fail(frame, { tag: 'no-such-task' });
    if (node !== peers.self) {
      if (!this.toNode(node, frame)) this.#fail(frame, unreachable(node));
      return;
    }
    const vtask = this.#components.table.get(target);
    if (!vtask) return this.#fail(frame, { tag: 'no-such-task' });
    if (hasEnded(vtask.state))
      return this.#fail(frame, { tag: 'task-died', val: 'the vTask has ended' });
    this.toLane(vtask.lane, frame);
  }

  /** Sends a frame to the lane of a vTask of this node. */
  toLane(lane: number, frame: Frame): void {
    if (lane === SESSIONS) this.#components.toSession(kept(frame));
    else this.#components.lanes.send(lane, frame);
  }

  /** Sends a frame to the lane of a vTask, if it lives on this node. */
  toVTask(vtid: string, frame: Frame): void {
    const vtask = this.#components.table.get(vtid);
    if (vtask && !hasEnded(vtask.state)) this.toLane(vtask.lane, frame);
  }

  /** Sends a frame to another node; false if it cannot be reached. */
  toNode(node: NodeId, frame: Frame): boolean {
    this.#writer.reset();
    writeFrame(this.#writer, frame);
    return this.#components.peers.send(node, this.#writer.take());
  }

  #fail(frame: IpcFrame, error: ErrorCode): void {
    if (frame.tag !== 'request' && frame.tag !== 'message') return;
    const { target, id } = frame.val;
    const caller = frame.tag === 'request' ? frame.val.caller : frame.val.sender;
    this.route({ tag: 'answer', val: { caller, id, target, outcome: err(error) } });
  }
}

/** A session is in this process: its frames are not encoded, and what they point to must stay as it is. */
function kept(frame: Frame): Frame {
  if (frame.tag !== 'returned' || !frame.val.outcome.ok) return frame;
  const { id, outcome } = frame.val;
  return { tag: 'returned', val: { id, outcome: ok(outcome.value.slice()) } };
}

/** Whether a frame is one of ipc. */
export function isIpc(frame: Frame): frame is IpcFrame {
  switch (frame.tag) {
    case 'request':
    case 'message':
    case 'answer':
    case 'parked':
    case 'room':
    case 'withdraw':
      return true;
    default:
      return false;
  }
}

/** Who says that it sends a frame: to be checked against where the frame came from. */
export function senderOf(frame: IpcFrame): string {
  switch (frame.tag) {
    case 'message':
      return frame.val.sender;
    case 'request':
    case 'withdraw':
      return frame.val.caller;
    default:
      return frame.val.target;
  }
}

function targetOf(frame: IpcFrame): string {
  switch (frame.tag) {
    case 'request':
    case 'message':
    case 'withdraw':
      return frame.val.target;
    default:
      return frame.val.caller;
  }
}

export function unreachable(node: NodeId): ErrorCode {
  return { tag: 'unreachable', val: `node ${node} cannot be reached` };
}
