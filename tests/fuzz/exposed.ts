import { ByteReader } from '#wasm-abi/binary/byte-reader.ts';
import { readCoreModule, SECTION_ORDER } from '#wasm-abi/binary/core-module.ts';
import { ByteWriter } from '#wasm-abi/rewrite/byte-writer.ts';
import { indexSpaces } from '#wasm-abi/rewrite/index-spaces.ts';

const EXPORT = 7;
const MEMORY_KIND = 2;
const GLOBAL_KIND = 3;

/** The module with all of its memories and globals exported too, so that they can be compared: `memory 0`, `global 0`, ... */
export function exposed(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const core = readCoreModule(new ByteReader(module, 8));
  const { memories, globals } = indexSpaces(module, core);
  const section = core.sections.find(({ id }) => id === EXPORT);
  const body = new ByteWriter();
  body.u32(core.exports.length + memories + globals);
  if (section) {
    const reader = new ByteReader(module, section.body, section.end);
    reader.u32();
    body.slice(module, reader.offset, section.end);
  }
  const put = (what: string, kind: number, count: number): void => {
    for (let index = 0; index < count; index++) {
      body.name(`${what} ${index}`);
      body.u8(kind);
      body.u32(index);
    }
  };
  put('memory', MEMORY_KIND, memories);
  put('global', GLOBAL_KIND, globals);
  const out = new ByteWriter();
  out.bytes(module.subarray(0, 8));
  for (const id of SECTION_ORDER) {
    const each = core.sections.find((one) => one.id === id);
    if (id === EXPORT) out.section(EXPORT, body);
    else if (each) out.slice(module, each.start, each.end);
  }
  return out.finish();
}
