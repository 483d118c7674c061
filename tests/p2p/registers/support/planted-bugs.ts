import { Reader } from '#posiv-wit/codec/reader.ts';
import { readAcceptorRecord, type AcceptorRecord } from '#posiv-wit/generated/p2p/registers.ts';
import type { AcceptorJournal } from '#p2p/registers/acceptor-log.ts';
import type { ReconfigurationComponents } from '#p2p/registers/reconfiguration.ts';

/** Mistakes that a simulation has to find. */
export const BUGS = [
  'promise-not-synced',
  'accept-not-synced',
  'answered-before-quorum',
  'quorum-of-one-less',
  'promise-forgotten',
  'marks-alike',
  'not-rewritten',
] as const;

export type Bug = (typeof BUGS)[number];

/** A journal that says of some records that they are durable before they are. */
export function hastyJournal(
  journal: AcceptorJournal,
  tag: AcceptorRecord['tag'],
): AcceptorJournal {
  return {
    get size() {
      return journal.size;
    },
    append: async (bytes, apply) => {
      if (recordIn(bytes).tag !== tag) return journal.append(bytes, apply);
      apply();
      journal.append(bytes, () => undefined).catch(() => undefined);
    },
    compact: (snapshot) => journal.compact(snapshot),
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}

/** Whether the record is nothing but a promise. */
export function isPromise(bytes: Uint8Array): boolean {
  return recordIn(bytes).tag === 'promised';
}

/** Reconfiguring as if there were no registers to be accepted by the new quorums. */
export function withoutRewriting(
  proposer: ReconfigurationComponents['proposer'],
): ReconfigurationComponents['proposer'] {
  return {
    get configuration() {
      return proposer.configuration;
    },
    adopt: (configuration) => proposer.adopt(configuration),
    read: (key, timeoutMs) => proposer.read(key, timeoutMs),
    change: (key, decide, timeoutMs) => proposer.change(key, decide, timeoutMs),
    gather: async (operation, quorum, timeoutMs, configuration) =>
      operation.tag === 'list-keys'
        ? { tag: 'quorum', answers: new Map() }
        : proposer.gather(operation, quorum, timeoutMs, configuration),
  };
}

function recordIn(bytes: Uint8Array): AcceptorRecord {
  return readAcceptorRecord(new Reader(bytes));
}
