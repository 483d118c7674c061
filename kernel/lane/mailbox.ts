import { FairQueue } from '#kernel/lane/fair-queue.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import type { Mail, Return } from '#kernel/lane/mail.ts';
import { ReturnMap } from '#kernel/lane/return-map.ts';

const NOBODY: readonly Return[] = [];

interface Waiter extends Return {
  readonly size: number;
  readonly deadline: number;
}

/**
 * The bounded mailbox of one vTask. There is no queue in between: a sender for whom there is no room keeps its message,
 * is parked, and is told when room is kept for it. Senders have their turns by rounds, parked or not, and what comes of one stays in order.
 */
export class Mailbox {
  readonly #limits: Limits;
  readonly #onRoom: (waiter: Return) => void;
  readonly #queue = new FairQueue<Mail>();
  #bytes = 0;
  /** None until somebody has found no room. */
  #parked: FairQueue<Waiter> | undefined;
  #kept: ReturnMap<Waiter> | undefined;

  constructor(limits: Limits, onRoom: (waiter: Return) => void) {
    this.#limits = limits;
    this.#onRoom = onRoom;
  }

  get length(): number {
    return this.#queue.size;
  }

  /** Bytes of messages and requests that wait, room that is kept for others included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a message or request in if there is room and nobody waits for some. */
  offer(mail: Mail, now: number): 'taken' | 'parked' | 'too-large' {
    const { size } = mail;
    const from = mail.from!;
    if (this.#kept?.take(from)) {
      this.#queue.push(mail.sender, mail);
      return 'taken';
    }
    const { quota, mailboxBytes } = this.#limits;
    if (this.#bytes + size > quota.mailboxBytes) this.#limits.refuses('mailbox-bytes');
    if (size > mailboxBytes) return 'too-large';
    this.#dropLate(now);
    if (!this.#isWaitedFor && this.#bytes + size <= mailboxBytes) {
      this.#bytes += size;
      this.#queue.push(mail.sender, mail);
      return 'taken';
    }
    this.#parked ??= new FairQueue();
    this.#parked.push(mail.sender, { ...from, size, deadline: mail.deadline });
    return 'parked';
  }

  /** Takes a message in for which there is room at once; false: nothing has happened, it is to be offered. */
  admit(mail: Mail): boolean {
    const { size } = mail;
    if (this.#isWaitedFor || this.#bytes + size > this.#limits.quota.mailboxBytes) return false;
    this.#bytes += size;
    this.#queue.push(mail.sender, mail);
    return true;
  }

  /** Keeps room for messages to come, so that no more than `most` is in use; false, without doing so, where somebody waits. */
  keep(bytes: number, most: number): boolean {
    if (this.#isWaitedFor || this.#bytes + bytes > most) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Room that was kept and not used goes to those who wait. */
  giveUp(bytes: number, now: number): void {
    this.#free(bytes, now);
  }

  /** Takes in what is never held back: completions, notices, and messages for which room was kept. */
  put(mail: Mail): void {
    this.#queue.push(mail.sender, mail);
  }

  /** Takes in what there need not be room for any more, but was when its sender was told so. */
  putBeyond(mail: Mail): void {
    this.#bytes += mail.size;
    this.#queue.push(mail.sender, mail);
  }

  /** The next that waits, whose room goes to the next parked sender. */
  take(now: number): Mail | undefined {
    const mail = this.#queue.take();
    if (mail === undefined) return undefined;
    if (mail.size > 0) this.#free(mail.size, now);
    return mail;
  }

  /** Forgets a sender that has given up: its place in the queue of the parked, its kept room, or its waiting request. */
  withdraw(from: Return, now: number): void {
    const kept = this.#kept?.take(from);
    if (kept) {
      this.#free(kept.size, now);
      return;
    }
    if (this.#parked?.takeOut(from.vtid, ({ id }) => id === from.id)) return;
    const isIt = ({ event, from: its }: Mail): boolean =>
      event.tag === 'request' && its!.id === from.id;
    const mail = this.#queue.takeOut(from.vtid, isIt);
    if (mail) this.#free(mail.size, now);
  }

  /** Its limit has changed: there may be room for those that are parked. */
  adjusted(now: number): void {
    this.#free(0, now);
  }

  /** Forgets every sender that `gone` names: those of a node that is down. */
  forget(gone: (vtid: string) => boolean, now: number): void {
    this.#parked?.remove((waiter) => gone(waiter.vtid));
    for (const waiter of this.#kept?.values() ?? [])
      if (gone(waiter.vtid)) this.withdraw(waiter, now);
    this.remove((mail) => mail.event.tag === 'request' && gone(mail.from!.vtid), now);
  }

  /** Everyone whose message or request is here or parked, for the answer that the vTask has ended. */
  senders(): readonly Return[] {
    if (this.length === 0 && !this.#isWaitedFor && !this.#kept) return NOBODY;
    const requests = [...this.#queue].filter(({ event }) => event.tag === 'request');
    return [
      ...requests.map(({ from }) => from!),
      ...(this.#parked ?? NOBODY),
      ...(this.#kept?.values() ?? NOBODY),
    ];
  }

  /** Takes out what `unwanted` says, and yields it. */
  remove(unwanted: (mail: Mail) => boolean, now: number): Mail[] {
    const out = this.#queue.remove(unwanted);
    for (const { size } of out) this.#free(size, now);
    return out;
  }

  #free(size: number, now: number): void {
    this.#bytes -= size;
    for (let next = this.#parked?.peek(); next; next = this.#parked!.peek()) {
      if (next.deadline >= now) {
        // One that would never fit, since the limit has become smaller, is let in alone.
        if (this.#bytes > 0 && this.#bytes + next.size > this.#limits.mailboxBytes) return;
        this.#bytes += next.size;
        (this.#kept ??= new ReturnMap()).set(next, next);
        this.#onRoom(next);
      }
      this.#parked!.take();
    }
  }

  /** Who has given up waiting keeps nobody else waiting. */
  #dropLate(now: number): void {
    for (let next = this.#parked?.peek(); next && next.deadline < now; next = this.#parked!.peek())
      this.#parked!.take();
  }

  /** Whether somebody is parked. */
  get #isWaitedFor(): boolean {
    return this.#parked !== undefined && this.#parked.size > 0;
  }
}
