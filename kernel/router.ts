import { absence, isLost } from '#kernel/absence.ts';
import type { Cells } from '#kernel/cell/cells.ts';
import {
  isPassing,
  isUnanswered,
  passing,
  wholeOf,
  writePassingToPeer,
  type NodeFrame,
  type PassingFrame,
} from '#kernel/ipc/passing.ts';
import { insteadOf, isPromised } from '#kernel/ipc/promised.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Hops } from '#kernel/metrics/hops.ts';
import type { OneWays } from '#kernel/one-ways.ts';
import type { Peers } from '#kernel/peers.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { VTaskTable } from '#kernel/vtask-table.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** Whether a lane is one of the sessions: programs outside that speak over the control API. Each tenant's have one. */
export function isSessions(lane: number): boolean {
  return lane < 0;
}

export interface RouterComponents {
  readonly table: VTaskTable;
  readonly cells: Cells;
  readonly peers: Peers;
  readonly oneWays: OneWays;
  readonly hops: Hops;
  /** Whether a message to another node that its sender does not wait for is covered by its credit, which it is taken from. */
  readonly pays: (message: PassingFrame) => boolean;
  /** Told of what goes to another node about what a vTask of it has sent. */
  readonly told: (node: NodeId, frame: PassingFrame) => void;
  /** Gives a frame to the sessions of a tenant. */
  readonly toSessions: (lane: number, frame: Frame) => void;
}

/** Finds the way of a frame: to a lane of this node, to a session, or to the node that its target was born on. */
export class Router {
  readonly #components: RouterComponents;
  readonly #writer = new Writer();

  constructor(components: RouterComponents) {
    this.#components = components;
  }

  /**
   * Sends a frame to the vTask that it is for; what cannot arrive is answered.
   * @param tenant that of the vTask that it speaks for: of the vTasks of others it learns nothing
   */
  route(frame: PassingFrame, tenant: string): void {
    const { oneWays, pays, peers, table, told } = this.#components;
    const { target } = frame;
    const vtask = table.get(target);
    if (!vtask) {
      const node = birthNode(target);
      if (node === undefined || node === peers.self)
        return this.fail(frame, tenant, absence(peers, target));
      told(node, frame);
      if (isUnanswered(frame)) {
        if (!pays(frame)) return;
        oneWays.send(node, frame, tenant);
      } else if (isLost(peers, target) || !this.toNode(node, frame, tenant))
        this.fail(frame, tenant, absence(peers, target));
      return;
    }
    if (vtask.tenant !== tenant) return this.fail(frame, tenant, { tag: 'no-such-task' });
    if (hasEnded(vtask.state))
      return this.fail(frame, tenant, { tag: 'task-died', val: 'the vTask has ended' });
    this.toLane(vtask.lane, frame);
  }

  /** Sends a frame to the lane of a vTask of this node. */
  toLane(lane: number, frame: NodeFrame): void {
    const { cells, hops, toSessions } = this.#components;
    if (isSessions(lane)) {
      hops.left('session', frame);
      toSessions(lane, kept(frame));
    } else {
      hops.left('lane', frame);
      cells.send(lane, frame);
    }
  }

  /** Sends a frame to the lane of a vTask, if it lives on this node. */
  toVTask(vtid: string, frame: NodeFrame): void {
    const vtask = this.#components.table.get(vtid);
    if (vtask && !hasEnded(vtask.state)) this.toLane(vtask.lane, frame);
  }

  /**
   * Sends a frame to another node; false if it does not go. Then there is no connection, or whoever waits for what it says is
   * told that it does not come.
   * @param tenant that of the vTask that it speaks for; empty for this node itself
   * @param promised see `Peers.send`
   */
  toNode(node: NodeId, frame: NodeFrame, tenant: string, promised = false): boolean {
    const { hops, oneWays, peers } = this.#components;
    if (!oneWays.catchUp(node)) return false;
    writePassingToPeer(this.#writer.reset(), tenant, frame);
    const bytes = this.#writer.view;
    const { byteLength } = bytes;
    const sent = peers.send(node, bytes, promised || isPromised(frame, byteLength));
    if (sent) hops.left('node', frame);
    else this.#answerInstead(node, insteadOf(frame, byteLength), tenant);
    return sent;
  }

  /** Answers a request or a message in place of its target. */
  fail(frame: PassingFrame, tenant: string, error: ErrorCode): void {
    const { tag, sender, target, id } = frame;
    if ((tag !== 'request' && tag !== 'message') || isUnanswered(frame)) return;
    this.#components.hops.failed(error.tag);
    const outcome = err(error);
    this.route(passing({ tag: 'answer', val: { caller: sender, id, target, outcome } }), tenant);
  }

  #answerInstead(node: NodeId, failure: NodeFrame | undefined, tenant: string): void {
    if (!failure) return;
    const { hops, peers } = this.#components;
    writePassingToPeer(this.#writer.reset(), tenant, failure);
    if (!peers.send(node, this.#writer.view, true)) return;
    hops.failed('unreachable');
    hops.left('node', failure);
  }
}

/**
 * A session is in this process: its frames are not encoded, and what they point to must stay as it is, without keeping what
 * came with it.
 */
function kept(frame: NodeFrame): Frame {
  if (isPassing(frame)) return wholeOf(frame);
  if (frame.tag !== 'returned') return frame;
  const { id, outcome } = frame.val;
  return outcome.ok ? { tag: 'returned', val: { id, outcome: ok(outcome.value.slice()) } } : frame;
}
