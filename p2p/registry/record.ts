import { InvalidRecordError, RecordTooLargeError, codeOf } from '../errors.ts';
import { isNodeName } from '../hello.ts';
import { decode, encode } from '../wire-format.ts';
import {
  readCapacity,
  readLoad,
  readNamedVtask,
  writeCapacity,
  writeLoad,
  writeNamedVtask,
  type Capacity,
  type Load,
  type NamedVtask,
  type Service,
} from '#posiv-wit/generated/p2p/registry.ts';
import {
  checkServiceEntry,
  isServiceKey,
  MAX_SERVICES,
  MAX_VTID_LENGTH,
  readServiceValue,
  serviceKey,
  serviceValue,
} from './service-entry.ts';
import { ENTRY_OVERHEAD_BYTES, MAX_RECORD_BYTES, type Holding } from './holding.ts';

/** What a node tells of itself, as the rest of the system sees it. */
export type NodeRecord = Capacity &
  Load & {
    readonly named: readonly NamedVtask[];
    /** The meta services that run on it. Default none. */
    readonly services?: readonly Service[];
    /** Takes no new vTasks. Default false. */
    readonly draining?: boolean;
  };

const CAPACITY = 'capacity';
const LOAD = 'load';
const NAMED = 'named/';
/** There while the node is being drained; its value says nothing. */
const DRAINING = 'draining';
const MAX_NAMED = 8_192; // vTasks with a name in one node's record
const MAX_NAME_LENGTH = 256; // of a vTask, and of a tenant
const MAX_KEY_LENGTH = 520; // a tenant and a name of a vTask, and what is around them
const MAX_VALUE_BYTES = 1_024;

/**
 * The entries that tell a record.
 * @param held those that were told before: most are the same
 * @throws {record-too-large} {invalid-record}
 */
export function entriesOf(
  record: NodeRecord,
  held?: Pick<Holding, 'get'>,
): Map<string, Uint8Array> {
  const { name, lanes, memoryLimit, vtasks, memoryUsed, named, services = [], draining } = record;
  if (named.length > MAX_NAMED)
    throw new RecordTooLargeError('named vTasks', named.length, MAX_NAMED);
  if (services.length > MAX_SERVICES)
    throw new RecordTooLargeError('services', services.length, MAX_SERVICES);
  const entries = new Map([
    [CAPACITY, encode(writeCapacity, { name, lanes, memoryLimit })],
    [LOAD, encode(writeLoad, { vtasks, memoryUsed })],
  ]);
  for (const vtask of named) {
    const { key, value } = namedEntry(vtask);
    entries.set(key, value);
  }
  for (const service of services) entries.set(serviceKey(service), serviceValue(service));
  if (draining) entries.set(DRAINING, new Uint8Array());
  let bytes = 0;
  for (const [key, value] of entries) {
    if (!isSame(held?.get(key), value)) checkEntry(key, value); // the others would cut this node off
    bytes += key.length + value.length + ENTRY_OVERHEAD_BYTES;
  }
  if (bytes > MAX_RECORD_BYTES) throw new RecordTooLargeError('bytes', bytes, MAX_RECORD_BYTES);
  return entries;
}

/** The record that entries tell; undefined while there is not all of it. */
export function recordOf(holding: Holding): NodeRecord | undefined {
  const [capacity, load] = [holding.get(CAPACITY), holding.get(LOAD)];
  if (capacity === undefined || load === undefined) return undefined;
  const named: NamedVtask[] = [];
  const services: Service[] = [];
  for (const [key, { value }] of holding.entries()) {
    if (value === undefined) continue;
    if (key.startsWith(NAMED)) named.push(decode(readNamedVtask, value));
    else if (isServiceKey(key)) services.push(readServiceValue(value));
  }
  return {
    ...decode(readCapacity, capacity),
    ...decode(readLoad, load),
    named,
    ...(services.length > 0 && { services }),
    ...(holding.get(DRAINING) !== undefined && { draining: true }),
  };
}

/** Whether an entry changes all the time, and only its newest value counts. */
export function isFigure(key: string): boolean {
  return key === LOAD;
}

/**
 * What a node may tell. Keys of other kinds are for later versions, and kept.
 * @throws {invalid-record}
 */
export function checkEntry(key: string, value: Uint8Array | undefined): void {
  if (key.length === 0 || key.length > MAX_KEY_LENGTH)
    throw new InvalidRecordError(`a key of ${key.length} characters`);
  if (value === undefined) return;
  if (value.length > MAX_VALUE_BYTES)
    throw new InvalidRecordError(`a value of ${value.length} bytes`);
  try {
    checkValue(key, value);
  } catch (error) {
    if (codeOf(error) === 'malformed-value')
      throw new InvalidRecordError(`the value of ${JSON.stringify(key)}`, { cause: error });
    throw error;
  }
}

function checkValue(key: string, value: Uint8Array): void {
  if (key === LOAD) decode(readLoad, value);
  else if (key === CAPACITY) {
    if (!isNodeName(decode(readCapacity, value).name))
      throw new InvalidRecordError("a record's name is empty, too long or not printable");
  } else if (key.startsWith(NAMED)) {
    const vtask = decode(readNamedVtask, value);
    const { name, tenant, vtid } = vtask;
    if (name.length > MAX_NAME_LENGTH || tenant.length > MAX_NAME_LENGTH)
      throw new InvalidRecordError('a named vTask whose name is too long');
    if (vtid.length > MAX_VTID_LENGTH)
      throw new InvalidRecordError('a named vTask whose vtid is too long');
    if (key !== keyOf(vtask)) throw new InvalidRecordError('a named vTask under another key');
  } else if (isServiceKey(key)) checkServiceEntry(key, value);
}

/** What is told of each, while whoever tells of it has the same object for it: a node tells of all its vTasks twice a second. */
const namedEntries = new WeakMap<
  NamedVtask,
  { readonly key: string; readonly value: Uint8Array }
>();

function namedEntry(vtask: NamedVtask): { readonly key: string; readonly value: Uint8Array } {
  const known = namedEntries.get(vtask);
  if (known) return known;
  const entry = { key: keyOf(vtask), value: encode(writeNamedVtask, vtask) };
  namedEntries.set(vtask, entry);
  return entry;
}

/** Whether a value is what an entry had before. */
export function isSame(before: Uint8Array | undefined, value: Uint8Array): boolean {
  return before === value || (before !== undefined && Buffer.compare(before, value) === 0);
}

function keyOf({ tenant, name }: NamedVtask): string {
  return `${NAMED}${tenant}/${name}`;
}
