import { ByteReader } from '../binary/byte-reader.ts';
import type { CoreModule } from '../binary/core-module.ts';

/** How many there are of each kind in a module, imported ones first. What is put in comes after them, so no index changes. */
export interface IndexSpaces {
  readonly types: number;
  readonly importedFunctions: number;
  readonly definedFunctions: number;
  readonly memories: number;
  readonly importedTables: number;
  readonly globals: number;
}

export function indexSpaces(
  bytes: Uint8Array,
  { imports, memories, sections }: CoreModule,
): IndexSpaces {
  const imported = (kind: string): number => imports.filter((each) => each.kind === kind).length;
  const items = (id: number): number => {
    const section = sections.find((each) => each.id === id);
    return section ? new ByteReader(bytes, section.body, section.end).u32() : 0;
  };
  return {
    types: items(1),
    importedFunctions: imported('function'),
    definedFunctions: items(3),
    memories: imported('memory') + memories.length,
    importedTables: imported('table'),
    globals: imported('global') + items(6),
  };
}
