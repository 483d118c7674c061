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
import { AcceptorLogForeignError, AcceptorLogMalformedError } from './errors.ts';
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
  readonly acceptor: Acceptor;
  /** The node's id and what was drawn when the log was made: an acceptor that lost its log is another one. */
  readonly id: string;
  readonly #journal: AcceptorJournal;
  readonly #identity: AcceptorIdentity;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #compactFromBytes: number;
  #compacting = false;

  private constructor(
    acceptor: Acceptor,
    journal: AcceptorJournal,
    identity: AcceptorIdentity,
    logger: Pick<Logger, 'warn'>,
    init: AcceptorLogInit,
  ) {
    this.acceptor = acceptor;
    this.#compactFromBytes = init.compactFromBytes ?? COMPACT_FROM_BYTES;
    this.id = identity.acceptor;
    this.#journal = journal;
    this.#identity = identity;
    this.#logger = logger;
  }

  /**
   * Opens the log, making it where there is none.
   * @throws {acceptor-log-malformed} {acceptor-log-foreign} and what `openJournal` throws, such as `journal-corrupt`
   */
  static async open(
    components: AcceptorLogComponents,
    init: AcceptorLogInit,
  ): Promise<AcceptorLog> {
    const { openJournal, random, logger } = components;
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
        found = {
          format: FORMAT,
          cluster: init.cluster,
          acceptor: `${init.node}.${Buffer.from(random.bytes(ID_BYTES)).toString('hex')}`,
        };
        const record = encodeRecord({ tag: 'identity', val: found });
        await journal.append(record, () => undefined);
      }
      return new AcceptorLog(acceptor, journal, found, logger, init);
    } catch (error) {
      await journal[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Resolves once the record of a decision is durable; if it rejects the decision has not been made. */
  async append(record: AcceptorRecord): Promise<void> {
    this.acceptor.taken(record);
    try {
      await this.#journal.append(encodeRecord(record), () => this.acceptor.applied(record));
    } finally {
      this.acceptor.settled(record);
    }
    void this.#compactIfDue();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }

  /** A log that cannot be written anew stays as it is, and is tried again later. */
  async #compactIfDue(): Promise<void> {
    const { size } = this.#journal;
    const due = Math.max(this.#compactFromBytes, COMPACT_FACTOR * this.acceptor.bytes);
    if (this.#compacting || size < due) return;
    this.#compacting = true;
    try {
      await this.#journal.compact(() => this.#snapshot());
    } catch (error) {
      this.#logger.warn('the log of the acceptor could not be compacted', {
        code: codeOf(error),
        reason: describe(error),
      });
    } finally {
      this.#compacting = false;
    }
  }

  *#snapshot(): Generator<Uint8Array> {
    yield encodeRecord({ tag: 'identity', val: this.#identity });
    const { configuration } = this.acceptor;
    if (configuration !== undefined) yield encodeRecord({ tag: 'configured', val: configuration });
    for (const [key, slot] of this.acceptor.slots())
      yield encodeRecord({ tag: 'kept', val: { key, ...slot } });
  }
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
