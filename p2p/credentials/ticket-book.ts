import {
  readTicketBook,
  writeTicketBook,
  type KeptTicket,
  type Ticket,
} from '#posiv-wit/generated/p2p/admission.ts';
import { StorageFailedError } from '../errors.ts';
import { TicketRefusedError, TicketsFullError } from './errors.ts';
import { TicketExpiredError, TicketUsedUpError } from './errors.ts';
import { encode } from '../wire-format.ts';
import { readFormat, type AdmissionStore } from './admission-store.ts';
import { isSame } from './certificate.ts';
import { ticketIdOf } from './ticket.ts';
import type { ClusterId } from './cluster-id.ts';
import type { Clock } from '../environment.ts';

const FORMAT = 1;
const MAX_TICKETS = 1_024; // open at a time

/** The tickets that this node has made: who joined by them, and how many still may. */
export class TicketBook {
  readonly #clock: Clock;
  readonly #store: AdmissionStore;
  /** By their ids. */
  readonly #tickets = new Map<string, KeptTicket>();
  #lastSave: Promise<void> = Promise.resolve();

  private constructor(clock: Clock, store: AdmissionStore) {
    this.#clock = clock;
    this.#store = store;
  }

  /** @throws {admission-file} it is damaged, or of a later version */
  static async open(clock: Clock, store: AdmissionStore, cluster: ClusterId): Promise<TicketBook> {
    const book = new TicketBook(clock, store);
    const kept = readFormat('tickets', FORMAT, readTicketBook, await store.load('tickets'));
    for (const each of kept?.tickets ?? [])
      if (each.ticket.cluster === cluster) book.#tickets.set(ticketIdOf(each.ticket.serial), each);
    return book;
  }

  /** Those whose time is not over, the first to end first. */
  list(): KeptTicket[] {
    this.#forgetEnded();
    return [...this.#tickets.values()].toSorted(
      (one, other) => one.ticket.expiresMs - other.ticket.expiresMs,
    );
  }

  /** Durable when it resolves. @throws {tickets-full} {storage-failed} */
  async add(ticket: Ticket): Promise<void> {
    this.#forgetEnded();
    if (this.#tickets.size >= MAX_TICKETS) throw new TicketsFullError(MAX_TICKETS);
    this.#tickets.set(ticketIdOf(ticket.serial), { ticket, usedBy: [] });
    await this.#save();
  }

  /** Durable when it resolves. @throws {storage-failed} */
  async remove(id: string): Promise<void> {
    if (this.#tickets.delete(id)) await this.#save();
  }

  /**
   * Takes note that a node joins by a ticket, durably. A node that comes again, because the answer was lost, counts once.
   * @throws {ticket-refused} it was never made here, or was taken back
   * @throws {ticket-expired} {ticket-used-up} {storage-failed}
   */
  async use(shown: Ticket, node: Uint8Array): Promise<Ticket> {
    if (this.#isEnded(shown))
      throw new TicketExpiredError(this.#clock.wallTime() - shown.expiresMs);
    const id = ticketIdOf(shown.serial);
    const kept = this.#tickets.get(id);
    if (kept === undefined || !isSame(kept.ticket.key, shown.key))
      throw new TicketRefusedError('the node that made it does not know it any more');
    const { ticket, usedBy } = kept;
    if (!usedBy.some((each) => isSame(each, node))) {
      if (usedBy.length >= ticket.uses) throw new TicketUsedUpError(ticket.uses);
      this.#tickets.set(id, { ticket, usedBy: [...usedBy, node.slice()] });
    }
    await this.#save();
    return ticket;
  }

  #save(): Promise<void> {
    this.#lastSave = this.#lastSave
      .catch(() => undefined) // whoever called heard of it
      .then(() => {
        const bytes = encode(writeTicketBook, {
          format: FORMAT,
          tickets: [...this.#tickets.values()],
        });
        return this.#store.save('tickets', bytes);
      })
      .catch((cause: unknown) => {
        throw new StorageFailedError('tickets', cause);
      });
    return this.#lastSave;
  }

  #forgetEnded(): void {
    for (const [id, { ticket }] of this.#tickets)
      if (this.#isEnded(ticket)) this.#tickets.delete(id);
  }

  #isEnded({ expiresMs }: Ticket): boolean {
    return this.#clock.wallTime() >= expiresMs;
  }
}
