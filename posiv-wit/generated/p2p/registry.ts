// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import { type State, type Vtid, readState, writeState } from '#posiv-wit/generated/kernel.ts';

/** What a node has: the value under the key `capacity`. */
export interface Capacity {
  /** For people. */
  readonly name: string;
  /** Threads that run vTasks. */
  readonly lanes: number;
  /** Bytes of memory that its vTasks may hold in all. */
  readonly memoryLimit: number;
}

export function writeCapacity(w: ValueWriter, v: Capacity): void {
  w.string(v.name);
  w.u32(v.lanes);
  w.u64(v.memoryLimit);
}

export function readCapacity(r: ValueReader): Capacity {
  return { name: r.string(), lanes: r.u32(), memoryLimit: r.u64() };
}

/** What it does: the value under `load`. */
export interface Load {
  /** Living vTasks. */
  readonly vtasks: number;
  /** Bytes of memory that they hold in all. */
  readonly memoryUsed: number;
}

export function writeLoad(w: ValueWriter, v: Load): void {
  w.u32(v.vtasks);
  w.u64(v.memoryUsed);
}

export function readLoad(r: ValueReader): Load {
  return { vtasks: r.u32(), memoryUsed: r.u64() };
}

/** A vTask that has a name: the value under `named/TENANT/NAME`. A node has at most 8,192. */
export interface NamedVtask {
  readonly tenant: string;
  readonly name: string;
  readonly vtid: Vtid;
  readonly state: State;
}

export function writeNamedVtask(w: ValueWriter, v: NamedVtask): void {
  w.string(v.tenant);
  w.string(v.name);
  w.string(v.vtid);
  writeState(w, v.state);
}

export function readNamedVtask(r: ValueReader): NamedVtask {
  return { tenant: r.string(), name: r.string(), vtid: r.string(), state: readState(r) };
}

/** How it stands with a service, as its node says. */
export type ServiceStanding =
  | 'starting'
  | 'running'
  | 'failing';

export const SERVICE_STANDING_CASES: readonly ServiceStanding[] = ['starting', 'running', 'failing'];

export function serviceStandingTag(v: ServiceStanding): number {
  switch (v) {
    case 'starting':
      return 0;
    case 'running':
      return 1;
    case 'failing':
      return 2;
    default:
      return unknownCase('ServiceStanding', v satisfies never);
  }
}

export function writeServiceStanding(w: ValueWriter, v: ServiceStanding): void {
  w.u8(serviceStandingTag(v));
}

export function readServiceStanding(r: ValueReader): ServiceStanding {
  return SERVICE_STANDING_CASES[r.tag(3)] as ServiceStanding;
}

/**
 * A service that runs on it: the value under `service/INTERFACE/NAME/VTID`, without the last one where the node itself
 * carries it out. A node has at most 544.
 */
export interface Service {
  readonly name: string;
  readonly version: string;
  readonly interface: string;
  readonly standing: ServiceStanding;
  /** When this version of it began, by the clock of the node: milliseconds since 1970. */
  readonly sinceMs: number;
  /** The vTask that it is, and its tenant, who alone may know of it. */
  readonly vtask: readonly [Vtid, string] | undefined;
}

export function writeService(w: ValueWriter, v: Service): void {
  w.string(v.name);
  w.string(v.version);
  w.string(v.interface);
  writeServiceStanding(w, v.standing);
  w.u64(v.sinceMs);
  const v1 = v.vtask;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1[0]);
    w.string(v1[1]);
  }
}

export function readService(r: ValueReader): Service {
  return {
    name: r.string(),
    version: r.string(),
    interface: r.string(),
    standing: readServiceStanding(r),
    sinceMs: r.u64(),
    vtask: r.tag(2) === 0 ? undefined : [r.string(), r.string()],
  };
}

/** One thing that a node tells of itself. */
export interface Entry {
  /** At most 520 characters. */
  readonly key: string;
  /** The owner's count of changes, from 1, when it was last changed. */
  readonly version: number;
  /** None: it was taken back. At most 1,024 bytes. */
  readonly value: Uint8Array | undefined;
}

export function writeEntry(w: ValueWriter, v: Entry): void {
  w.string(v.key);
  w.u64(v.version);
  const v1 = v.value;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.bytes(v1);
  }
}

export function readEntry(r: ValueReader): Entry {
  return {
    key: r.string(),
    version: r.u64(),
    value: r.tag(2) === 0 ? undefined : r.bytes(),
  };
}

/** What has changed of a node. */
export interface Delta {
  readonly node: string;
  /** Its life: what was told in an earlier one is void. */
  readonly incarnation: number;
  /** For those who hold all up to this version; 0: for everybody, as a whole that begins here. */
  readonly since: number;
  /** Up to this version nothing is left out. */
  readonly until: number;
  /** What was taken back up to this version is forgotten: who holds less needs the whole. */
  readonly floor: number;
  /** By their versions. */
  readonly entries: readonly Entry[];
}

export function writeDelta(w: ValueWriter, v: Delta): void {
  w.string(v.node);
  w.u64(v.incarnation);
  w.u64(v.since);
  w.u64(v.until);
  w.u64(v.floor);
  w.count(v.entries.length);
  for (const item1 of v.entries) {
    writeEntry(w, item1);
  }
}

export function readDelta(r: ValueReader): Delta {
  const part4 = r.string();
  const part5 = r.u64();
  const part6 = r.u64();
  const part7 = r.u64();
  const part8 = r.u64();
  const count2 = r.count(3);
  const items1: Entry[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readEntry(r));
  }
  const part9 = items1;
  return {
    node: part4,
    incarnation: part5,
    since: part6,
    until: part7,
    floor: part8,
    entries: part9,
  };
}

/** Up to which version somebody holds what a node tells. */
export interface Held {
  readonly node: string;
  readonly incarnation: number;
  /** 0: nothing. */
  readonly version: number;
}

export function writeHeld(w: ValueWriter, v: Held): void {
  w.string(v.node);
  w.u64(v.incarnation);
  w.u64(v.version);
}

export function readHeld(r: ValueReader): Held {
  return { node: r.string(), incarnation: r.u64(), version: r.u64() };
}

/** What the whole cluster is to know. Of two under one key that of the greater version holds, then that of the greater bytes. */
export interface Fact {
  /** At most 64 characters. */
  readonly key: string;
  readonly version: number;
  /** At most 16 KiB. */
  readonly value: Uint8Array;
}

export function writeFact(w: ValueWriter, v: Fact): void {
  w.string(v.key);
  w.u64(v.version);
  w.bytes(v.value);
}

export function readFact(r: ValueReader): Fact {
  return { key: r.string(), version: r.u64(), value: r.bytes() };
}

/** The version of a fact that somebody holds. */
export interface FactHeld {
  readonly key: string;
  readonly version: number;
}

export function writeFactHeld(w: ValueWriter, v: FactHeld): void {
  w.string(v.key);
  w.u64(v.version);
}

export function readFactHeld(r: ValueReader): FactHeld {
  return { key: r.string(), version: r.u64() };
}

/** Sent first on a connection. */
export interface Greeting {
  /** What the sender holds of the receiver. */
  readonly held: Held;
  /** All facts that it holds. */
  readonly facts: readonly FactHeld[];
}

export function writeGreeting(w: ValueWriter, v: Greeting): void {
  writeHeld(w, v.held);
  w.count(v.facts.length);
  for (const item1 of v.facts) {
    writeFactHeld(w, item1);
  }
}

export function readGreeting(r: ValueReader): Greeting {
  const part4 = readHeld(r);
  const count2 = r.count(2);
  const items1: FactHeld[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readFactHeld(r));
  }
  const part5 = items1;
  return { held: part4, facts: part5 };
}

export interface News {
  readonly deltas: readonly Delta[];
  readonly facts: readonly Fact[];
}

export function writeNews(w: ValueWriter, v: News): void {
  w.count(v.deltas.length);
  for (const item1 of v.deltas) {
    writeDelta(w, item1);
  }
  w.count(v.facts.length);
  for (const item2 of v.facts) {
    writeFact(w, item2);
  }
}

export function readNews(r: ValueReader): News {
  const count2 = r.count(6);
  const items1: Delta[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readDelta(r));
  }
  const part7 = items1;
  const count5 = r.count(3);
  const items4: Fact[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(readFact(r));
  }
  const part8 = items4;
  return { deltas: part7, facts: part8 };
}

/** Answers an offer: all that the sender holds of groups that differ. */
export interface Summary {
  /** Bit n is set: the digests of group n differ. */
  readonly groups: number;
  readonly nodes: readonly Held[];
  readonly facts: readonly FactHeld[];
}

export function writeSummary(w: ValueWriter, v: Summary): void {
  w.u32(v.groups);
  w.count(v.nodes.length);
  for (const item1 of v.nodes) {
    writeHeld(w, item1);
  }
  w.count(v.facts.length);
  for (const item2 of v.facts) {
    writeFactHeld(w, item2);
  }
}

export function readSummary(r: ValueReader): Summary {
  const part7 = r.u32();
  const count2 = r.count(3);
  const items1: Held[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readHeld(r));
  }
  const part8 = items1;
  const count5 = r.count(2);
  const items4: FactHeld[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(readFactHeld(r));
  }
  const part9 = items4;
  return { groups: part7, nodes: part8, facts: part9 };
}

/** Asks for what is newer than this. */
export interface Want {
  readonly nodes: readonly Held[];
  /** Keys of facts. */
  readonly facts: readonly string[];
}

export function writeWant(w: ValueWriter, v: Want): void {
  w.count(v.nodes.length);
  for (const item1 of v.nodes) {
    writeHeld(w, item1);
  }
  w.count(v.facts.length);
  for (const item2 of v.facts) {
    w.string(item2);
  }
}

export function readWant(r: ValueReader): Want {
  const count2 = r.count(3);
  const items1: Held[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readHeld(r));
  }
  const part7 = items1;
  const count5 = r.count(1);
  const items4: string[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part8 = items4;
  return { nodes: part7, facts: part8 };
}

/** What is sent at a time. At most 64 KiB. */
export type RegistryMessage =
  | { readonly tag: 'greeting'; readonly val: Greeting }
  | { readonly tag: 'news'; readonly val: News }
  /** Begins an exchange: a digest of 4 bytes for each of 32 groups of nodes and facts. */
  | { readonly tag: 'offer'; readonly val: Uint8Array }
  | { readonly tag: 'summary'; readonly val: Summary }
  | { readonly tag: 'want'; readonly val: Want };

export function writeRegistryMessage(w: ValueWriter, v: RegistryMessage): void {
  switch (v.tag) {
    case 'greeting': {
      w.u8(0);
      writeGreeting(w, v.val);
      break;
    }
    case 'news': {
      w.u8(1);
      writeNews(w, v.val);
      break;
    }
    case 'offer': {
      w.u8(2);
      w.bytes(v.val);
      break;
    }
    case 'summary': {
      w.u8(3);
      writeSummary(w, v.val);
      break;
    }
    case 'want': {
      w.u8(4);
      writeWant(w, v.val);
      break;
    }
    default:
      unknownCase('RegistryMessage', v satisfies never);
  }
}

export function readRegistryMessage(r: ValueReader): RegistryMessage {
  const tag1 = r.tag(5);
  switch (tag1) {
    case 0: {
      return { tag: 'greeting', val: readGreeting(r) };
    }
    case 1: {
      return { tag: 'news', val: readNews(r) };
    }
    case 2: {
      return { tag: 'offer', val: r.bytes() };
    }
    case 3: {
      return { tag: 'summary', val: readSummary(r) };
    }
    case 4: {
      return { tag: 'want', val: readWant(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

