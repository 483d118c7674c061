import { adjust } from '#kernel/adjust.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import { isOneWay } from '#kernel/ipc/one-way.ts';
import { isPassing, readPassingFromPeer, type PassingFrame } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { watchHere } from '#kernel/monitors/set-watch.ts';
import type { Router } from '#kernel/router.ts';
import { MOST_SENDS } from '#kernel/sends-of-nodes.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { CallFrame, Frame, KernelCalls, ReturnFrame } from '#posiv-wit/generated/wire.ts';
import { err } from '#posiv-wit/result.ts';

/** Of one node that are carried out at a time: a thousand of its vTasks may have as many out as each may have at all. */
export const MOST_CALLS = 1 << 16;

/** What other nodes send: frames between vTasks, calls, and news of what this node's vTasks watch. */
export class PeerFrames {
  readonly #kernel: Kernel;
  readonly #router: Router;
  /** How many calls of each node are being carried out. */
  readonly #underWay = new Map<NodeId, number>();

  constructor(kernel: Kernel, router: Router) {
    this.#kernel = kernel;
    this.#router = router;
  }

  /**
   * Takes a frame from a node. A node may speak only for vTasks that were born on it, and vouches for their tenant.
   * @throws {malformed-value} it is no frame
   */
  receive(node: NodeId, bytes: Uint8Array): void {
    const { tenant, frame } = readPassingFromPeer(bytes);
    const { credits, hops, oneWays } = this.#kernel;
    hops.came('node', frame);
    if (isOneWay(frame) && !oneWays.takes(node, bytes.length)) return;
    if (isPassing(frame)) {
      if (birthNode(frame.sender) === node) this.#passOn(node, frame, tenant);
      return;
    }
    switch (frame.tag) {
      case 'call':
        void this.#carryOut(node, tenant, frame.val);
        break;
      case 'returned':
        this.#kernel.peerCalls.returned(node, frame.val);
        break;
      case 'notice':
        if (birthNode(frame.val.notice.vtid) === node) this.toWatcher(frame);
        break;
      case 'gone':
        if (frame.val.vtids.every((vtid) => birthNode(vtid) === node)) {
          this.#kernel.sendsOfNodes.sendersGone(node, frame.val.vtids);
          this.#kernel.laneLosses.gone(frame, tenant);
        }
        break;
      case 'watch-over':
        if (this.#kernel.watchers.isOn(frame.val.watcher, frame.val.watch, node))
          this.toWatcher(frame);
        break;
      case 'credit':
        if (birthNode(frame.val.target) === node) credits.given(frame, tenant);
        break;
      case 'recall':
        if (birthNode(frame.val.target) === node) credits.recall(frame);
        break;
      case 'release':
        if (birthNode(frame.val.sender) === node) credits.release(frame);
        break;
      case 'resume':
        oneWays.resumed(node, frame.val);
        break;
      case 'taken':
        oneWays.taken(node, frame.val);
    }
  }

  /** Passes on what became of a watch. */
  toWatcher(frame: Extract<Frame, { tag: 'notice' | 'watch-over' }>): void {
    const { watchers } = this.#kernel;
    if (frame.tag === 'notice') watchers.fire(frame.val.watcher, frame.val.notice);
    else watchers.over(frame.val.watcher, frame.val.watch);
  }

  /** `posiv:wire/kernel`, for the node that calls. */
  calls({ node }: Caller): KernelCalls {
    const kernel = this.#kernel;
    if (node === undefined) throw new Error('posiv:wire/kernel is for nodes alone');
    const isTheirs = (vtid: string): boolean => birthNode(vtid) === node;
    return {
      create(tenant, creator, name, image, cmd, grants, options) {
        if (!isTheirs(creator))
          return err({ tag: 'refused', val: 'the creator is not of that node' });
        return kernel.create({ creator, tenant, name, image, cmd, grants, options });
      },
      admits: (tenant, image, grants, options) => kernel.admits({ tenant, image, grants, options }),
      revive: (tenant, task, restarts) => kernel.durables.revive(tenant, task, restarts),
      bears: (tenant, vtid) => kernel.durables.bearingHere(tenant, vtid),
      follow: (tenant, creator, at) => kernel.durables.follow(tenant, creator, at),
      adjust: (tenant, caller, outside, vtid, quota) =>
        isTheirs(caller)
          ? adjust(kernel, { vtid: caller, tenant, outside }, vtid, quota)
          : err({ tag: 'refused', val: 'the caller is not of that node' }),
      watch: (tenant, watcher, id, target, what) =>
        isTheirs(watcher)
          ? watchHere(kernel, tenant, { watcher, id, target, what })
          : err({ tag: 'refused', val: 'the watcher is not of that node' }),
      unwatch(watcher, id, target) {
        if (isTheirs(watcher)) kernel.watchList.remove(target, watcher, id);
      },
      creatorEnded(creator) {
        if (!isTheirs(creator)) return;
        kernel.creatorEnded(creator);
      },
    };
  }

  #passOn(node: NodeId, frame: PassingFrame, tenant: string): void {
    const { sendsOfNodes } = this.#kernel;
    const { tag } = frame;
    if (tag === 'withdraw' && !sendsOfNodes.withdrawn(node, frame)) return;
    if (tag === 'request' || tag === 'message') {
      const how = sendsOfNodes.came(node, frame);
      if (how === 'is-out') return; // its answer would be taken for one to the other
      if (how === 'too-many') {
        const val = `${MOST_SENDS} requests and messages of that node are out`;
        return this.#router.fail(frame, tenant, { tag: 'quota-exceeded', val });
      }
    }
    this.#router.route(frame, tenant);
  }

  async #carryOut(node: NodeId, tenant: string, frame: CallFrame): Promise<void> {
    if (frame.caller !== '' && birthNode(frame.caller) !== node) return;
    const send = (returned: ReturnFrame): void =>
      void this.#router.toNode(node, { tag: 'returned', val: returned }, '');
    const before = this.#underWay.get(node) ?? 0;
    if (before >= MOST_CALLS) {
      send({
        id: frame.id,
        outcome: err(`${MOST_CALLS} calls of that node are being carried out`),
      });
      return;
    }
    this.#underWay.set(node, before + 1);
    const caller = { vtid: frame.caller, creator: undefined, tenant, grants: [], node };
    try {
      await this.#kernel.dispatcher.carryOut(frame, caller, send);
    } finally {
      const left = this.#underWay.get(node)! - 1;
      if (left > 0) this.#underWay.set(node, left);
      else this.#underWay.delete(node);
    }
  }
}
