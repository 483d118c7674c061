import type { Clock } from '#kernel/clock.ts';
import { Identities } from '#kernel/lane/identities.ts';
import { KeptRoom } from '#kernel/lane/kept-room.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import {
  type Mail,
  mailOfEvent,
  mailOfMessage,
  mailOfRequest,
  type Return,
  unanswered,
} from '#kernel/lane/mail.ts';
import { Mailbox } from '#kernel/lane/mailbox.ts';
import type { Outcome } from '#kernel/lane/outbox.ts';
import { notRegistered } from '#kernel/lane/task-errors.ts';
import type { Event } from '#posiv-wit/generated/kernel.ts';
import type { Frame, MessageFrame, RequestFrame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';

const TAKEN: Outcome = ok(new Uint8Array(0));

export interface IntakeComponents {
  readonly clock: Clock;
  /** Sends a frame on its way to the vTask that it is for. */
  readonly route: (frame: Frame) => void;
  /** A vTask of the same lane. */
  readonly neighbour: (vtid: string) => unknown;
}

/** What comes to one vTask: into its mailbox if it takes such, parked while there is no room, or refused. */
export class Intake {
  readonly mailbox: Mailbox;
  readonly requests = new Identities();
  readonly messages = new Identities();
  readonly #vtid: string;
  readonly #limits: Limits;
  readonly #components: IntakeComponents;
  /** For senders of other lanes; none until one has sent something. */
  #keptRoom: KeptRoom | undefined;
  /** Whether what is not registered is refused. */
  #serving = false;

  constructor(vtid: string, limits: Limits, components: IntakeComponents) {
    this.#vtid = vtid;
    this.#limits = limits;
    this.#components = components;
    this.mailbox = new Mailbox(limits, (waiter) => this.#room(waiter));
  }

  /** From now on what is not registered is refused. */
  serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    if (this.mailbox.length === 0) return;
    const now = this.#components.clock.now();
    for (const { event, from } of this.mailbox.remove((mail) => !this.#isWanted(mail.event), now)) {
      if (from) this.answer(from, notRegistered(event));
    }
  }

  /** True if there is one more in the mailbox. */
  request(frame: RequestFrame): boolean {
    const now = this.#components.clock.now();
    return this.#offer(mailOfRequest(frame, now), now);
  }

  /** True if there is one more in the mailbox. */
  message(frame: MessageFrame): boolean {
    const { sender, id, identity, body } = frame;
    if (id === 0) return this.#unanswered(unanswered(sender, identity, body), sender, identity);
    const now = this.#components.clock.now();
    const taken = this.#offer(mailOfMessage(frame, now), now);
    if (taken && this.#serving && !this.#components.neighbour(sender)) {
      this.#keptRoom ??= new KeptRoom(this.#vtid, {
        limits: this.#limits,
        mailbox: this.mailbox,
        route: this.#components.route,
      });
      this.#keptRoom.taken(sender, identity);
    }
    return taken;
  }

  /**
   * Takes a message of the same lane for which there is room, whose sender has nothing to wait for then; false: it is to be
   * sent as others are, and hears what becomes of it.
   */
  takes(sender: string, identity: string, body: Uint8Array): boolean {
    if (this.#serving && !this.messages.has(identity)) return false;
    return this.mailbox.admit(unanswered(sender, identity, body));
  }

  /** A sender has given back its credit. */
  released(sender: string): void {
    this.#keptRoom?.released(sender, this.#components.clock.now());
  }

  /** Who has a credit with it. */
  creditors(): readonly string[] {
    return this.#keptRoom?.senders ?? [];
  }

  /** Senders cannot be reached, or are no more: what they sent is forgotten, but for what they were told is here. */
  lost(others: (vtid: string) => boolean): void {
    const now = this.#components.clock.now();
    this.mailbox.forget(others, now);
    this.#keptRoom?.lost(others, now);
  }

  /** A completion of what was asked of another one, or a notice of what became of it. */
  put(event: Event, other: string): void {
    this.mailbox.put(mailOfEvent(event, other));
  }

  answer({ vtid, id }: Return, outcome: Outcome): void {
    this.#components.route({
      tag: 'answer',
      val: { caller: vtid, id, target: this.#vtid, outcome },
    });
  }

  #offer(mail: Mail, now: number): boolean {
    const { event, size } = mail;
    const from = mail.from!;
    if (this.#serving && !this.#isWanted(event)) {
      this.answer(from, notRegistered(event));
      return false;
    }
    switch (this.mailbox.offer(mail, now)) {
      case 'too-large':
        this.answer(
          from,
          err({ tag: 'quota-exceeded', val: `mailbox-bytes: ${size} bytes do not fit in it` }),
        );
        return false;
      case 'parked':
        this.#keptRoom?.recall();
        this.#components.route({
          tag: 'parked',
          val: { caller: from.vtid, id: from.id, target: this.#vtid },
        });
        return false;
      case 'taken':
        if (event.tag === 'message') this.answer(from, TAKEN);
        return true;
    }
  }

  /** A message by a credit. Only a lane that is not ours sends one for which no room is kept: it is taken in if there is some. */
  #unanswered(mail: Mail, sender: string, identity: string): boolean {
    if (this.#serving && !this.messages.has(identity)) return false;
    return this.#keptRoom?.takes(mail, sender) || this.mailbox.admit(mail);
  }

  #room({ vtid, id }: Return): void {
    this.#components.route({ tag: 'room', val: { caller: vtid, id, target: this.#vtid } });
  }

  #isWanted(event: Event): boolean {
    if (event.tag === 'request') return this.requests.has(event.val.identity);
    return event.tag !== 'message' || this.messages.has(event.val.identity);
  }
}
