import { InvalidRecordError, RecordTooLargeError } from '../errors.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

/** Kinds of facts that are kept; each part that needs one has one key. */
const MAX_FACTS = 64;
const KEY = /^[a-z0-9/-]{1,64}$/;
const MAX_FACT_BYTES = 16 * 1024;

/** What the whole cluster is to know: few, small, and each with a version that whoever sets it has to raise. */
export class Facts {
  readonly #facts = new Map<string, Fact>();

  get(key: string): Fact | undefined {
    return this.#facts.get(key);
  }

  all(): IterableIterator<Fact> {
    return this.#facts.values();
  }

  /** Keeps it if it is newer, and there is room. @returns whether it was */
  put({ key, version, value }: Fact): boolean {
    const known = this.#facts.get(key);
    if (known === undefined && this.#facts.size >= MAX_FACTS) return false;
    if (known !== undefined && !isNewer({ key, version, value }, known)) return false;
    this.#facts.set(key, { key, version, value: value.slice() }); // it may be a view of much more
    return true;
  }
}

/** @throws {invalid-record} {record-too-large} */
export function checkFact(key: string, value: Uint8Array): void {
  if (!KEY.test(key))
    throw new InvalidRecordError('a fact whose key is not 1 to 64 of a-z 0-9 / -');
  if (value.length > MAX_FACT_BYTES)
    throw new RecordTooLargeError('bytes of a fact', value.length, MAX_FACT_BYTES);
}

/** A total order, so that all come to hold the same even where two nodes used one version. */
function isNewer(one: Fact, other: Fact): boolean {
  if (one.version !== other.version) return one.version > other.version;
  return Buffer.compare(one.value, other.value) > 0;
}
