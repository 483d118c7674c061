import { hasEnded } from '#kernel/life-cycle.ts';
import type { Router } from '#kernel/router.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { CreditEndFrame, CreditFrame } from '#posiv-wit/generated/wire.ts';

/**
 * Who of this node may send to whom without waiting: lanes agree on it (`lane/kept-room.ts`), and the node takes care that none
 * outlives either end. So a message by a credit is as good as in its mailbox when it is sent: there is room for it, the pipes
 * lose nothing, and whoever can know that its target has ended has no credit any more.
 */
export class Credits {
  readonly #table: VTaskTable;
  readonly #router: Router;
  readonly #targets = new Map<string, Set<string>>();
  readonly #senders = new Map<string, Set<string>>();

  constructor(table: VTaskTable, router: Router) {
    this.#table = table;
    this.#router = router;
  }

  /** The lane of `target` gives a credit. */
  give(target: VTask, frame: { readonly tag: 'credit'; readonly val: CreditFrame }): void {
    if (hasEnded(target.state)) return;
    const sender = this.#table.get(frame.val.sender);
    if (!sender || sender.confirmed || sender.tenant !== target.tenant) {
      const val = { sender: frame.val.sender, target: target.vtid };
      return this.#router.toLane(target.lane, { tag: 'release', val });
    }
    add(this.#targets, sender.vtid, target.vtid);
    add(this.#senders, target.vtid, sender.vtid);
    if (!hasEnded(sender.state)) this.#router.toLane(sender.lane, frame);
  }

  /** The lane of the target wants one back. */
  recall(frame: { readonly tag: 'recall'; readonly val: CreditEndFrame }): void {
    const { sender, target } = frame.val;
    if (this.#senders.get(target)?.has(sender)) this.#router.toVTask(sender, frame);
  }

  /** The lane of the sender gives one back. */
  release(frame: { readonly tag: 'release'; readonly val: CreditEndFrame }): void {
    const { sender, target } = frame.val;
    if (!remove(this.#targets, sender, target)) return;
    remove(this.#senders, target, sender);
    this.#router.toVTask(target, frame);
  }

  /** To be called before anybody hears of its end. */
  targetEnded(target: string): void {
    for (const sender of this.#senders.get(target) ?? []) {
      remove(this.#targets, sender, target);
      this.#router.toVTask(sender, { tag: 'recall', val: { sender, target } });
    }
    this.#senders.delete(target);
  }

  /** Its lane has confirmed its end: nothing of it comes any more. */
  senderEnded(sender: string): void {
    for (const target of this.#targets.get(sender) ?? []) {
      remove(this.#senders, target, sender);
      this.#router.toVTask(target, { tag: 'release', val: { sender, target } });
    }
    this.#targets.delete(sender);
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
