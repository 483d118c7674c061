import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readAcceptorRecord,
  writeAcceptorRecord,
  type AcceptorIdentity,
  type AcceptorRecord,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Logger, Random } from '../environment.ts';
import { codeOf, describe } from '../errors.ts';
import { encode } from '../wire-format.ts';
import { Acceptor } from './acceptor.ts';
import { isConfiguration, nodeOf } from './configuration.ts';
import {
  AcceptorLogForeignError,
  AcceptorLogMalformedError,
  AcceptorRenewedError,
} from './errors.ts';
import { copyAccepted } from './register-state.ts';

const FORMAT = 1; // of the records
const ID_BYTES = 8;
// Written anew when it is so much larger than what it holds.
const COMPACT_FACTOR = 4;

/** An append-only file of records with checksums. vStore's journal is one. */
export interface AcceptorJournal extends AsyncDisposable {
  /** In bytes. */
  readonly size: number;
  /**
   * Resolves once the record survives a loss of power; records of one turn share the sync. `apply` is called just before,
   * in the order of the file. Rejects if the record is not in the file.
   */
  append(record: Uint8Array, apply: () => void): Promise<void>;
  /** Replaces all records by those of `snapshot`, between two writes, wholly or not at all. */
  compact(snapshot: () => Iterable<Uint8Array>): Promise<void>;
}

export interface AcceptorLogComponents {
  /**
   * Opens the journal and gives every record that was acknowledged to `replay`, in order. A torn tail is cut off; damage
   * before the end is an error.
   */
  readonly openJournal: (replay: (record: Uint8Array) => void) => Promise<AcceptorJournal>;
  readonly random: Pick<Random, 'bytes'>;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface AcceptorLogInit {
  /** The cluster's name: the log of another one is refused. */
  readonly cluster: string;
  /** This node's id. */
  readonly node: string;
  /** Of memory for registers, about; new ones are refused beyond it. Default 256 MiB. */
  readonly maxBytes?: number;
  /** A log smaller than this is not written anew. Default 1 MiB. */
  readonly compactFromBytes?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;
const COMPACT_FROM_BYTES = 1024 * 1024;

/** An acceptor whose decisions are durable before anyone hears of them. */
export class AcceptorLog implements AsyncDisposable {
  readonly #journal: AcceptorJournal;
  readonly #components: AcceptorLogComponents;
  readonly #init: AcceptorLogInit;
  readonly #writing = new Set<Promise<void>>();
  #acceptor: Acceptor;
  #identity: AcceptorIdentity;
  #compacting: Promise<void> | undefined;
  #renewing = false;

  private constructor(
    components: AcceptorLogComponents,
    init: AcceptorLogInit,
    acceptor: Acceptor,
    journal: AcceptorJournal,
    identity: AcceptorIdentity,
  ) {
    this.#components = components;
    this.#init = init;
    this.#acceptor = acceptor;
    this.#journal = journal;
    this.#identity = identity;
  }

  get acceptor(): Acceptor {
    return this.#acceptor;
  }

  /** The node's id and what was drawn when the log was made: an acceptor that lost its log is another one. */
  get id(): string {
    return this.#identity.acceptor;
  }

  /**
   * Opens the log, making it where there is none.
   * @throws {acceptor-log-malformed} {acceptor-log-foreign} and what `openJournal` throws, such as `journal-corrupt`
   */
  static async open(
    components: AcceptorLogComponents,
    init: AcceptorLogInit,
  ): Promise<AcceptorLog> {
    const { openJournal } = components;
    const acceptor = new Acceptor(init.maxBytes ?? MAX_BYTES);
    let found: AcceptorIdentity | undefined;
    const journal = await openJournal((bytes) => {
      const record = decodeRecord(bytes);
      if (record.tag === 'identity') {
        if (found !== undefined) throw new AcceptorLogMalformedError('it has two identities');
        found = checked(record.val, init);
        return;
      }
      if (found === undefined)
        throw new AcceptorLogMalformedError('it does not begin with its identity');
      acceptor.applied(record);
    });
    try {
      if (found === undefined) {
        found = drawIdentity(components, init);
        const record = encodeRecord({ tag: 'identity', val: found });
        await journal.append(record, () => undefined);
      }
      return new AcceptorLog(components, init, acceptor, journal, found);
    } catch (error) {
      await journal[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Resolves once the record of a decision is durable; if it rejects the decision has not been made.
   * @throws {acceptor-renewed} it was decided by the acceptor that was here before
   */
  async append(record: AcceptorRecord, decidedBy: Acceptor = this.#acceptor): Promise<void> {
    if (this.#renewing || decidedBy !== this.#acceptor) throw new AcceptorRenewedError();
    decidedBy.taken(record);
    const writing = this.#journal.append(encodeRecord(record), () => decidedBy.applied(record));
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
      decidedBy.settled(record);
    }
    void this.#compactIfDue();
  }

  /**
   * Makes another acceptor of this one, with an id that nobody has heard of, wholly or not at all: what the one before has
   * promised and accepted counts no more.
   * @param begin what the new one, of this id, is to know
   * @throws whatever keeps the journal from being written
   */
  async renew(begin: (acceptor: string) => readonly AcceptorRecord[]): Promise<void> {
    if (this.#renewing) throw new AcceptorRenewedError();
    this.#renewing = true;
    try {
      await Promise.allSettled(this.#writing);
      await this.#compacting;
      const identity = drawIdentity(this.#components, this.#init);
      const records = begin(identity.acceptor);
      await this.#journal.compact(() =>
        [{ tag: 'identity', val: identity } as const, ...records].map(encodeRecord),
      );
      const acceptor = new Acceptor(this.#init.maxBytes ?? MAX_BYTES);
      for (const record of records) acceptor.applied(record);
      this.#acceptor = acceptor;
      this.#identity = identity;
    } finally {
      this.#renewing = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }

  /** A log that cannot be written anew stays as it is, and is tried again later. */
  async #compactIfDue(): Promise<void> {
    const { size } = this.#journal;
    const due = Math.max(
      this.#init.compactFromBytes ?? COMPACT_FROM_BYTES,
      COMPACT_FACTOR * this.acceptor.bytes,
    );
    if (this.#compacting !== undefined || this.#renewing || size < due) return;
    this.#compacting = this.#journal
      .compact(() => this.#snapshot())
      .catch((error: unknown) => {
        this.#components.logger.warn('the log of the acceptor could not be compacted', {
          code: codeOf(error),
          reason: describe(error),
        });
      });
    await this.#compacting;
    this.#compacting = undefined;
  }

  *#snapshot(): Generator<Uint8Array> {
    yield encodeRecord({ tag: 'identity', val: this.#identity });
    const { configuration, sealed } = this.acceptor;
    if (sealed > 0) yield encodeRecord({ tag: 'sealed', val: sealed });
    if (configuration !== undefined) yield encodeRecord({ tag: 'configured', val: configuration });
    for (const [key, slot] of this.acceptor.slots())
      yield encodeRecord({ tag: 'kept', val: { key, ...slot } });
  }
}

function drawIdentity(
  { random }: Pick<AcceptorLogComponents, 'random'>,
  { cluster, node }: AcceptorLogInit,
): AcceptorIdentity {
  const drawn = Buffer.from(random.bytes(ID_BYTES)).toString('hex');
  return { format: FORMAT, cluster, acceptor: `${node}.${drawn}` };
}

function encodeRecord(record: AcceptorRecord): Uint8Array {
  return encode(writeAcceptorRecord, record);
}

function decodeRecord(bytes: Uint8Array): AcceptorRecord {
  let record: AcceptorRecord;
  try {
    const reader = new Reader(bytes);
    record = readAcceptorRecord(reader);
    reader.end();
  } catch (error) {
    throw new AcceptorLogMalformedError(describe(error), { cause: error });
  }
  return ownMemory(record);
}

/** What was read points into the journal's memory. */
function ownMemory(record: AcceptorRecord): AcceptorRecord {
  switch (record.tag) {
    case 'accepted': {
      const { key, acceptance } = record.val;
      const own = { ...copyAccepted(acceptance), next: acceptance.next };
      return { tag: 'accepted', val: { key, acceptance: own } };
    }
    case 'kept': {
      const { accepted } = record.val;
      return { tag: 'kept', val: { ...record.val, accepted: accepted && copyAccepted(accepted) } };
    }
    case 'configured':
      if (isConfiguration(record.val)) return record;
      throw new AcceptorLogMalformedError('it has a configuration that is none');
    default:
      return record;
  }
}

function checked(identity: AcceptorIdentity, init: AcceptorLogInit): AcceptorIdentity {
  const { format, cluster, acceptor } = identity;
  if (format !== FORMAT) throw new AcceptorLogForeignError('format', `${format}`, `${FORMAT}`);
  if (cluster !== init.cluster) throw new AcceptorLogForeignError('cluster', cluster, init.cluster);
  const node = nodeOf(acceptor);
  if (node !== init.node) throw new AcceptorLogForeignError('node', node ?? acceptor, init.node);
  return identity;
}
