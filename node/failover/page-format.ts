import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import {
  readDurablePage,
  writeDurablePage,
  type DurableEntry,
  type DurablePage,
} from '#posiv-wit/generated/wire.ts';

/** The register of a page of a node's list of durable vTasks. */
export function pageKey(node: string, page: number): string {
  return `durables/${node}/${page}`;
}

export function encodePage(page: DurablePage): Uint8Array {
  const writer = new Writer();
  writeDurablePage(writer, page);
  return writer.take();
}

/** @throws {malformed-value} */
export function decodePage(value: Uint8Array): DurablePage {
  const reader = new Reader(value);
  const page = readDurablePage(reader);
  reader.end();
  return page;
}

/** At most so many bytes of a page are an entry's. */
export function sizeOf({ tenant, name }: Pick<DurableEntry, 'tenant' | 'name'>): number {
  return tenant.length + name.length + 16;
}
