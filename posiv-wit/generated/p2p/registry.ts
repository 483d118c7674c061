// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import { type State, type Vtid, readState, writeState } from '#posiv-wit/generated/kernel.ts';

/** A vTask that has a name. */
export interface NamedVtask {
  readonly name: string;
  readonly vtid: Vtid;
  readonly state: State;
}

export function writeNamedVtask(w: ValueWriter, v: NamedVtask): void {
  w.string(v.name);
  w.string(v.vtid);
  writeState(w, v.state);
}

export function readNamedVtask(r: ValueReader): NamedVtask {
  return { name: r.string(), vtid: r.string(), state: readState(r) };
}

/** A node's record. */
export interface NodeRecord {
  readonly name: string;
  /** Threads that run vTasks. */
  readonly lanes: number;
  /** Living vTasks. */
  readonly vtasks: number;
  /** Bytes of memory that its vTasks hold and may hold in all. */
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** At most 8,192. */
  readonly named: readonly NamedVtask[];
}

export function writeNodeRecord(w: ValueWriter, v: NodeRecord): void {
  w.string(v.name);
  w.u32(v.lanes);
  w.u32(v.vtasks);
  w.u64(v.memoryUsed);
  w.u64(v.memoryLimit);
  w.count(v.named.length);
  for (const item1 of v.named) {
    writeNamedVtask(w, item1);
  }
}

export function readNodeRecord(r: ValueReader): NodeRecord {
  const part4 = r.string();
  const part5 = r.u32();
  const part6 = r.u32();
  const part7 = r.u64();
  const part8 = r.u64();
  const count2 = r.count(3);
  const items1: NamedVtask[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readNamedVtask(r));
  }
  const part9 = items1;
  return {
    name: part4,
    lanes: part5,
    vtasks: part6,
    memoryUsed: part7,
    memoryLimit: part8,
    named: part9,
  };
}

/** Sent when the receiver has an older version. */
export interface RecordUpdate {
  /** Grows with each record of one incarnation of the sender, from 1. */
  readonly version: number;
  readonly record: NodeRecord;
}

export function writeRecordUpdate(w: ValueWriter, v: RecordUpdate): void {
  w.u64(v.version);
  writeNodeRecord(w, v.record);
}

export function readRecordUpdate(r: ValueReader): RecordUpdate {
  return { version: r.u64(), record: readNodeRecord(r) };
}

