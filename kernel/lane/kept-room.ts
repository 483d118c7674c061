import type { Limits } from '#kernel/lane/limits.ts';
import type { Mail } from '#kernel/lane/mail.ts';
import type { Mailbox } from '#kernel/lane/mailbox.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

// Of a mailbox: the rest is for those who have no credit, and for whom nothing is taken back.
const MOST_OF_MAILBOX = 3 / 4;
const MOST_BYTES = 64 << 10; // a sender's: what goes over a pipe at once
const LEAST_BYTES = 1 << 10; // of a few messages: less is not worth a frame
const FEWEST_SENDERS = 8; // that share the room, though there are fewer
const MOST_REMEMBERED = 256;

interface Kept {
  readonly identity: string;
  bytes: number;
  /** There is to be more when there is no more than this. */
  low: number;
  recalled: boolean;
  /** The room is not kept any more, but what was sent by it may come yet. */
  given: boolean;
}

export interface KeptRoomComponents {
  readonly limits: Limits;
  readonly mailbox: Mailbox;
  readonly route: (frame: Frame) => void;
}

/**
 * Room that a mailbox keeps for vTasks of other lanes that send to it again and again: by such a credit a message
 * needs no answer, and its sender does not wait (credit-based flow control: Kung, Blackwell and Chapman, 1994). As soon as
 * somebody finds no room all of it is asked back. Where the sender's node cannot be reached the room is for others, and what was
 * sent by the credit comes all the same once it can, as much more than the mailbox holds.
 */
export class KeptRoom {
  readonly #vtid: string;
  readonly #components: KeptRoomComponents;
  readonly #senders = new Map<string, Kept>();
  /** Who has sent one message, and may send more. */
  readonly #once = new Set<string>();
  #recalled = false;

  constructor(vtid: string, components: KeptRoomComponents) {
    this.#vtid = vtid;
    this.#components = components;
  }

  get senders(): readonly string[] {
    return [...this.#senders.keys()];
  }

  /** A message that its sender waits for has been taken: whoever sends a second one is likely to send more. */
  taken(sender: string, identity: string): void {
    const kept = this.#senders.get(sender);
    if (kept) {
      if (kept.identity === identity) this.#fill(sender, kept);
      return;
    }
    if (!this.#once.delete(sender)) {
      if (this.#once.size >= MOST_REMEMBERED) this.#once.clear();
      this.#once.add(sender);
      return;
    }
    const fresh: Kept = { identity, bytes: 0, low: 0, recalled: false, given: false };
    if (this.#fill(sender, fresh)) this.#senders.set(sender, fresh);
  }

  /** Takes a message that was sent by a credit; false for one for which no room is kept. */
  takes(mail: Mail, sender: string): boolean {
    const kept = this.#senders.get(sender);
    if (!kept || kept.bytes < mail.size) return false;
    kept.bytes -= mail.size;
    if (kept.given) this.#components.mailbox.putBeyond(mail);
    else this.#components.mailbox.put(mail);
    if (kept.bytes <= kept.low) this.#fill(sender, kept);
    return true;
  }

  /** Somebody finds no room: asks for all that is kept, once. */
  recall(): void {
    if (this.#recalled) return;
    this.#recalled = true;
    for (const [sender, kept] of this.#senders) this.#recall(sender, kept);
  }

  /** Senders cannot be reached, or are no more. */
  lost(others: (vtid: string) => boolean, now: number): void {
    for (const [sender, kept] of this.#senders) {
      if (kept.given || !others(sender)) continue;
      kept.given = true;
      this.#recall(sender, kept);
      this.#components.mailbox.giveUp(kept.bytes, now);
    }
  }

  /** A sender gives back what it has, or is no more. */
  released(sender: string, now: number): void {
    const kept = this.#senders.get(sender);
    if (!kept) return;
    this.#senders.delete(sender);
    if (!kept.given) this.#components.mailbox.giveUp(kept.bytes, now);
  }

  #recall(sender: string, kept: Kept): void {
    if (kept.recalled) return;
    kept.recalled = true;
    this.#components.route({ tag: 'recall', val: { sender, target: this.#vtid } });
  }

  /** Keeps as much for a sender as is its part, if that is worth it. */
  #fill(sender: string, kept: Kept): boolean {
    if (kept.recalled) return false;
    const { limits, mailbox, route } = this.#components;
    const { mailboxBytes } = limits.quota;
    const sharers = Math.max(FEWEST_SENDERS, this.#senders.size + 1);
    const part = Math.min(MOST_BYTES, Math.floor((mailboxBytes * MOST_OF_MAILBOX) / sharers));
    const bytes = part - kept.bytes;
    if (bytes < LEAST_BYTES || bytes * 2 < part) return false;
    if (!mailbox.keep(bytes, mailboxBytes * MOST_OF_MAILBOX)) return false;
    this.#recalled = false;
    kept.bytes += bytes;
    kept.low = part / 2;
    const val = { sender, target: this.#vtid, identity: kept.identity, bytes };
    route({ tag: 'credit', val });
    return true;
  }
}
