import { hash } from 'node:crypto';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { readStat, writeStat, type Stat } from '#posiv-wit/generated/vstore.ts';
import type { PathHead } from '#posiv-wit/generated/wire.ts';
import type { PathRegister } from './components.ts';
import { CorruptError } from './errors.ts';

/** The register of a path. Of a length that is always the same: a path may be as long as a key. */
export function pathKey(path: string): string {
  return `path/${hash('sha256', path)}`;
}

/** What a register holds where a path stands for this. */
export function encodeStat(stat: Stat): Uint8Array {
  const writer = new Writer();
  writeStat(writer, stat);
  return writer.take();
}

/** What a path's register says. @throws {corrupt} it is about another path */
export function headOf(path: string, { version, value }: PathRegister): PathHead {
  const stat = value && decode(path, value);
  return { version, stat, settled: true };
}

function decode(path: string, value: Uint8Array): Stat {
  const reader = new Reader(value);
  const stat = readStat(reader);
  reader.end();
  if (stat.path === path) return stat;
  throw new CorruptError(`the register of ${path} is about ${stat.path}`);
}
