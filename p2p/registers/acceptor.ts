import type {
  AcceptedState,
  AcceptOperation,
  AcceptorRecord,
  AcceptorRequest,
  AcceptorResult,
  Ballot,
  Configuration,
  PrepareOperation,
} from '#posiv-wit/generated/p2p/registers.ts';
import { compareBallots, NO_BALLOT, sameBallot } from './ballot.ts';
import { lineOf } from './configuration.ts';
import { FencingGate } from './fencing-gate.ts';
import { copyAccepted, sizeOf } from './register-state.ts';

/** What an acceptor knows of one register. */
export interface Slot {
  /** It accepts nothing below. */
  readonly promised: Ballot;
  readonly accepted: AcceptedState | undefined;
}

/** What an acceptor does with a request. */
export interface Decision {
  readonly result: AcceptorResult;
  /** Has to be durable before the result may be told. */
  readonly record?: AcceptorRecord;
}

const EMPTY: Slot = { promised: NO_BALLOT, accepted: undefined };
/** To a proposer whose life is over. */
export const FENCED = 'fenced';
/** To whoever goes by what was, where a new quorum is being forced. */
const SEALED = 'sealed';
const OTHER_LINE = 'other-line';
const KEYS_IN_A_PAGE = 512; // of at most 1,024 bytes each

/**
 * The rules of an acceptor, with no disk and no clock: what it answers, and what has to be durable before. It knows of
 * registers only what is durable (`applied`), so of two records of one register the second is decided after the first is
 * applied; by a configuration it goes from the moment it is on its way to the disk (`taken`). The same records make the
 * same acceptor again.
 */
export class Acceptor {
  readonly #slots = new Map<string, Slot>();
  readonly #gate = new FencingGate();
  #configuration: Configuration | undefined;
  /** Those on their way to the disk. */
  readonly #configuring = new Set<Configuration>();
  #sealed = 0;
  /** Those on their way to the disk. */
  readonly #sealing = new Set<number>();
  #bytes = 0;
  readonly #maxBytes: number;

  /** @param maxBytes of memory that its registers may take, about */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The one that is durable; undefined for an acceptor that was never configured. */
  get configuration(): Configuration | undefined {
    return this.#configuration;
  }

  /** No request by a smaller epoch is answered any more; 0 where it was never sealed. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Of the memory that its registers take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  slots(): Iterable<[string, Slot]> {
    return this.#slots;
  }

  slot(key: string): Slot {
    return this.#slots.get(key) ?? EMPTY;
  }

  decide({ epoch, operation }: AcceptorRequest): Decision {
    if (operation.tag === 'configure') return this.#configure(operation.val);
    if (operation.tag === 'seal') return this.#seal(operation.val);
    const sealed = this.#sealedSoon();
    // What is decided from now on would be missing in what is told to whoever has sealed it.
    if (epoch < sealed) return refused(SEALED);
    const newest = this.#newest();
    if (epoch === sealed && newest?.epoch !== epoch) return this.#tell(operation);
    if (newest === undefined || newest.epoch < epoch) return { result: { tag: 'behind' } };
    // What was chosen under an old configuration is carried over by others once enough acceptors refuse it.
    if (newest.epoch > epoch) return { result: { tag: 'stale-epoch', val: newest } };
    switch (operation.tag) {
      case 'prepare':
        return this.#prepare(operation.val);
      case 'accept':
        return this.#accept(operation.val);
      default:
        return this.#tell(operation);
    }
  }

  #tell(operation: AcceptorRequest['operation']): Decision {
    switch (operation.tag) {
      case 'query':
        return { result: { tag: 'holding', val: this.#slots.get(operation.val)?.accepted } };
      case 'list-keys':
        return { result: { tag: 'keys', val: this.#keysAfter(operation.val) } };
      default:
        return refused(SEALED);
    }
  }

  /** The record of a decision is on its way to the disk. */
  taken(record: AcceptorRecord): void {
    if (record.tag === 'configured') this.#configuring.add(record.val);
    if (record.tag === 'sealed') this.#sealing.add(record.val);
  }

  /** The record is durable, or was found in the log. */
  applied(record: AcceptorRecord): void {
    switch (record.tag) {
      case 'configured':
        this.#configuration = newer(this.#configuration, record.val);
        break;
      case 'promised': {
        const { key, ballot } = record.val;
        this.#put(key, { ...this.slot(key), promised: ballot });
        break;
      }
      case 'accepted': {
        const { key, acceptance } = record.val;
        const { ballot, state, next } = acceptance;
        this.#put(key, { promised: next, accepted: { ballot, state } });
        break;
      }
      case 'kept': {
        const { key, promised, accepted } = record.val;
        this.#put(key, { promised, accepted });
        break;
      }
      case 'sealed':
        this.#sealed = Math.max(this.#sealed, record.val);
        break;
      case 'identity':
        break;
    }
  }

  /** A record that was taken is applied, or could not be written: then it is as if it had never been. */
  settled(record: AcceptorRecord): void {
    if (record.tag === 'configured') this.#configuring.delete(record.val);
    if (record.tag === 'sealed') this.#sealing.delete(record.val);
  }

  #put(key: string, slot: Slot): void {
    const before = this.#slots.get(key);
    if (before !== undefined) this.#bytes -= sizeOf(key, before.accepted);
    this.#bytes += sizeOf(key, slot.accepted);
    this.#slots.set(key, slot);
    this.#gate.holds(key, slot.accepted);
  }

  #newest(): Configuration | undefined {
    let newest = this.#configuration;
    for (const each of this.#configuring) newest = newer(newest, each);
    return newest;
  }

  /** Once what is on its way to the disk is there. */
  #sealedSoon(): number {
    return this.#sealing.size === 0 ? this.#sealed : Math.max(this.#sealed, ...this.#sealing);
  }

  #configure(offered: Configuration): Decision {
    const result = { tag: 'configured' } as const;
    const known = this.#newest();
    if (offered.epoch <= (known?.epoch ?? 0)) return { result };
    // Of another line it may be an acceptor only with nothing of this one.
    if (known !== undefined && lineOf(known.epoch) !== lineOf(offered.epoch))
      return refused(OTHER_LINE);
    if (offered.epoch < this.#sealedSoon()) return refused(SEALED);
    return { result, record: { tag: 'configured', val: offered } };
  }

  #seal(epoch: number): Decision {
    const durable = Math.max(this.#sealed, this.#configuration?.epoch ?? 0);
    if (epoch <= durable) return { result: { tag: 'sealed', val: durable } };
    return { result: { tag: 'sealed', val: epoch }, record: { tag: 'sealed', val: epoch } };
  }

  #prepare({ key, ballot }: PrepareOperation): Decision {
    if (this.#gate.refuses(ballot.proposer, key)) return refused(FENCED);
    const { promised, accepted } = this.slot(key);
    const order = compareBallots(ballot, promised);
    if (order < 0) return { result: { tag: 'outbid', val: promised } };
    const result = { tag: 'promised', val: accepted } as const;
    if (order === 0) return { result }; // asked once more, because the answer was lost
    if (this.#isFull(key)) return refused('full');
    return { result, record: { tag: 'promised', val: { key, ballot } } };
  }

  #accept({ key, acceptance }: AcceptOperation): Decision {
    const { promised, accepted } = this.slot(key);
    const { ballot, state, next } = acceptance;
    if (this.#gate.refuses(ballot.proposer, key)) return refused(FENCED);
    const result = { tag: 'accepted' } as const;
    if (accepted !== undefined && sameBallot(accepted.ballot, ballot)) return { result };
    if (compareBallots(ballot, promised) < 0) return { result: { tag: 'outbid', val: promised } };
    if (this.#isFull(key)) return refused('full');
    const own = copyAccepted({ ballot, state });
    return { result, record: { tag: 'accepted', val: { key, acceptance: { ...own, next } } } };
  }

  #isFull(key: string): boolean {
    return this.#bytes >= this.#maxBytes && !this.#slots.has(key);
  }

  #keysAfter(after: string): string[] {
    const keys: string[] = [];
    for (const key of this.#slots.keys()) if (key > after) keys.push(key);
    return keys.toSorted().slice(0, KEYS_IN_A_PAGE);
  }
}

function refused(val: string): Decision {
  return { result: { tag: 'refused', val } };
}

function newer(known: Configuration | undefined, offered: Configuration): Configuration {
  return known !== undefined && known.epoch >= offered.epoch ? known : offered;
}
