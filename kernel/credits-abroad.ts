import type { PassingFrame } from '#kernel/ipc/passing.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { OneWays } from '#kernel/one-ways.ts';
import type { Router } from '#kernel/router.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { VTaskTable } from '#kernel/vtask-table.ts';
import type { CreditEndFrame, CreditFrame } from '#posiv-wit/generated/wire.ts';

// What is promised to the vTasks of one node may have to be kept here until that can be reached.
const MOST_BYTES = 8 << 20;
// Of memory, for a credit of nothing too: its node may give as many as it says that it has vTasks.
const OVERHEAD_BYTES = 256;

interface Balance {
  bytes: number;
  /** To be given back by the sender's lane: there will be no more. */
  recalled: boolean;
}

export interface CreditsAbroadComponents {
  readonly table: VTaskTable;
  readonly router: Router;
  readonly oneWays: OneWays;
}

/**
 * The credits of this node's vTasks with vTasks of others. Lanes are not trusted, and what they send by a credit is kept here
 * until the other node has it (`OneWays`), so these are counted: both what lanes of other nodes give, and what lanes of this
 * one use.
 */
export class CreditsAbroad {
  readonly #components: CreditsAbroadComponents;
  /** By the sender, then by the target. */
  readonly #balances = new Map<string, Map<string, Balance>>();
  /** What the balances with each node come to, in bytes. */
  readonly #sums = new Map<NodeId, number>();

  constructor(components: CreditsAbroadComponents) {
    this.#components = components;
  }

  /** @param tenant that of the target, as its node says */
  given(frame: { readonly tag: 'credit'; readonly val: CreditFrame }, tenant: string): void {
    const { oneWays, router, table } = this.#components;
    const { sender, target, bytes } = frame.val;
    const vtask = table.get(sender);
    if (!vtask || vtask.confirmed || vtask.tenant !== tenant) return this.#giveBack(sender, target);
    const balance = this.#balances.get(sender)?.get(target);
    if (balance?.recalled) return; // it goes with the rest
    const node = birthNode(target)!;
    const more = balance ? bytes : OVERHEAD_BYTES + bytes;
    const sum = (this.#sums.get(node) ?? 0) + more;
    if (sum + oneWays.bytesTo(node) > MOST_BYTES) {
      if (balance) this.#recall(sender, target, balance);
      else this.#giveBack(sender, target);
      return;
    }
    this.#sums.set(node, sum);
    if (balance) balance.bytes += bytes;
    else this.#balancesOf(sender).set(target, { bytes, recalled: false });
    if (!hasEnded(vtask.state)) router.toLane(vtask.lane, frame);
  }

  /** Takes the size of a message from its sender's balance; false where there is not so much. */
  pays({ sender, target, size }: PassingFrame): boolean {
    const balance = this.#balances.get(sender)?.get(target);
    if (!balance || balance.bytes < size) return false;
    balance.bytes -= size;
    this.#spend(target, size);
    return true;
  }

  /** The node of the target wants one back. */
  recalled({ val: { sender, target } }: { readonly val: CreditEndFrame }): void {
    const balance = this.#balances.get(sender)?.get(target);
    if (balance) this.#recall(sender, target, balance);
    else this.#giveBack(sender, target);
  }

  /** The lane of the sender has given one back. */
  released({ val: { sender, target } }: { readonly val: CreditEndFrame }): void {
    if (this.#forget(sender, target)) this.#giveBack(sender, target);
  }

  senderEnded(sender: string): void {
    for (const target of this.#balances.get(sender)?.keys() ?? []) {
      this.#forget(sender, target);
      this.#giveBack(sender, target);
    }
  }

  nodeDown(node: NodeId): void {
    for (const [sender, target, balance] of this.#with(node)) this.#recall(sender, target, balance);
  }

  nodeLost(node: NodeId): void {
    for (const [sender, target, balance] of this.#with(node)) {
      this.#recall(sender, target, balance);
      this.#forget(sender, target);
    }
  }

  #recall(sender: string, target: string, balance: Balance): void {
    if (balance.recalled) return;
    balance.recalled = true;
    this.#components.router.toVTask(sender, { tag: 'recall', val: { sender, target } });
  }

  #giveBack(sender: string, target: string): void {
    const frame = { tag: 'release', val: { sender, target } } as const;
    this.#components.oneWays.send(birthNode(target)!, frame, '');
  }

  #forget(sender: string, target: string): boolean {
    const balances = this.#balances.get(sender);
    const balance = balances?.get(target);
    if (!balances || !balance) return false;
    this.#spend(target, OVERHEAD_BYTES + balance.bytes);
    balances.delete(target);
    if (balances.size === 0) this.#balances.delete(sender);
    return true;
  }

  #spend(target: string, bytes: number): void {
    const node = birthNode(target)!;
    const left = (this.#sums.get(node) ?? 0) - bytes;
    if (left > 0) this.#sums.set(node, left);
    else this.#sums.delete(node);
  }

  #balancesOf(sender: string): Map<string, Balance> {
    const balances = this.#balances.get(sender) ?? new Map<string, Balance>();
    this.#balances.set(sender, balances);
    return balances;
  }

  #with(node: NodeId): [sender: string, target: string, Balance][] {
    return [...this.#balances].flatMap(([sender, balances]) =>
      [...balances]
        .filter(([target]) => birthNode(target) === node)
        .map(([target, balance]): [string, string, Balance] => [sender, target, balance]),
    );
  }
}
