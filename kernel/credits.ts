import { CreditsAbroad } from '#kernel/credits-abroad.ts';
import type { PassingFrame } from '#kernel/ipc/passing.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { OneWays } from '#kernel/one-ways.ts';
import type { Router } from '#kernel/router.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { CreditEndFrame, CreditFrame } from '#posiv-wit/generated/wire.ts';

type Given = { readonly tag: 'credit'; readonly val: CreditFrame };
type Recall = { readonly tag: 'recall'; readonly val: CreditEndFrame };
type Release = { readonly tag: 'release'; readonly val: CreditEndFrame };

export interface CreditsComponents {
  readonly self: NodeId;
  readonly table: VTaskTable;
  readonly router: Router;
  readonly oneWays: OneWays;
}

/**
 * Who may send to whom without waiting: lanes agree on it (`lane/kept-room.ts`), and the node takes care that none outlives
 * either end. So a message by a credit is as good as in its mailbox when it is sent: there is room for it, the pipes and
 * `OneWays` lose nothing, and whoever can know that its target has ended has no credit any more. (Of one on another node that
 * is so for whoever heard it from there.)
 */
export class Credits {
  readonly #components: CreditsComponents;
  /** Of the vTasks of this node with those of others. */
  readonly #abroad: CreditsAbroad;
  readonly #targets = new Map<string, Set<string>>();
  readonly #senders = new Map<string, Set<string>>();

  constructor(components: CreditsComponents) {
    this.#components = components;
    this.#abroad = new CreditsAbroad(components);
  }

  /** The lane of `target` gives a credit. */
  give(target: VTask, frame: Given): void {
    if (hasEnded(target.state)) return;
    const { router } = this.#components;
    const { sender } = frame.val;
    const given = this.#isAbroad(sender)
      ? router.toNode(birthNode(sender) ?? '', frame, target.tenant)
      : this.#giveHere(target, frame);
    if (!given)
      return router.toLane(target.lane, { tag: 'release', val: { sender, target: target.vtid } });
    add(this.#targets, sender, target.vtid);
    add(this.#senders, target.vtid, sender);
  }

  /** A target on another node gives a credit to a vTask of this one. */
  given(frame: Given, tenant: string): void {
    this.#abroad.given(frame, tenant);
  }

  /** A message to another node is paid from the credit of its sender, if there is enough of it. */
  pays(message: PassingFrame): boolean {
    return this.#abroad.pays(message);
  }

  /** The lane of the target wants one back, or its node. */
  recall(frame: Recall): void {
    const { sender, target } = frame.val;
    if (this.#isAbroad(target)) return this.#abroad.recalled(frame);
    if (this.#senders.get(target)?.has(sender)) this.#toSender(frame);
  }

  /** The lane of the sender gives one back, or its node. */
  release(frame: Release): void {
    const { sender, target } = frame.val;
    if (this.#isAbroad(target)) return this.#abroad.released(frame);
    if (!remove(this.#targets, sender, target)) return;
    remove(this.#senders, target, sender);
    this.#components.router.toVTask(target, frame);
  }

  /** To be called before anybody hears of its end. */
  targetEnded(target: string): void {
    for (const sender of this.#senders.get(target) ?? []) {
      remove(this.#targets, sender, target);
      this.#toSender({ tag: 'recall', val: { sender, target } });
    }
    this.#senders.delete(target);
  }

  /** Its lane has confirmed its end: nothing of it comes any more. */
  senderEnded(sender: string): void {
    this.#abroad.senderEnded(sender);
    for (const target of this.#targets.get(sender) ?? []) {
      remove(this.#senders, target, sender);
      this.#components.router.toVTask(target, { tag: 'release', val: { sender, target } });
    }
    this.#targets.delete(sender);
  }

  /** There is a connection with a node again: what it has of this one's credits is over, and begins anew. */
  nodeUp(node: NodeId): void {
    for (const [sender, targets] of this.#targets)
      if (birthNode(sender) === node)
        for (const target of targets) this.#toSender({ tag: 'recall', val: { sender, target } });
  }

  nodeDown(node: NodeId): void {
    this.#abroad.nodeDown(node);
  }

  nodeLost(node: NodeId): void {
    this.#abroad.nodeLost(node);
    for (const sender of this.#targets.keys())
      if (birthNode(sender) === node) this.senderEnded(sender);
  }

  #giveHere(target: VTask, frame: Given): boolean {
    const { router, table } = this.#components;
    const sender = table.get(frame.val.sender);
    if (!sender || sender.confirmed || sender.tenant !== target.tenant) return false;
    if (!hasEnded(sender.state)) router.toLane(sender.lane, frame);
    return true;
  }

  /** A node that cannot be reached hears it when it can. */
  #toSender(frame: Recall): void {
    const { router } = this.#components;
    const { sender } = frame.val;
    if (this.#isAbroad(sender)) router.toNode(birthNode(sender)!, frame, '');
    else router.toVTask(sender, frame);
  }

  #isAbroad(vtid: string): boolean {
    return birthNode(vtid) !== this.#components.self;
  }
}

function add(all: Map<string, Set<string>>, key: string, value: string): void {
  const some = all.get(key);
  if (some) some.add(value);
  else all.set(key, new Set([value]));
}

function remove(all: Map<string, Set<string>>, key: string, value: string): boolean {
  const some = all.get(key);
  if (!some?.delete(value)) return false;
  if (some.size === 0) all.delete(key);
  return true;
}
