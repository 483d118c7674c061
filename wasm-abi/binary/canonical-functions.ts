import { UnsupportedImageError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

const OPTIONS = {
  utf8: 0x00,
  memory: 0x03,
  realloc: 0x04,
  postReturn: 0x05,
  async: 0x06,
  callback: 0x07,
} as const;

/**
 * One entry of a component's section of canonical functions. Lifting, lowering and resources are what components of WASI
 * 0.2 consist of; the rest (tasks, streams, futures, waiting) is of 0.3 and keeps things in the host that nothing bounds
 * here.
 * @throws {malformed-image} also {unsupported-image}
 */
export function readCanonicalFunction(reader: ByteReader): void {
  const start = reader.offset;
  const form = reader.u8();
  switch (form) {
    case 0x00: // lift
    case 0x01: // lower
      if (reader.u8() !== 0) reader.fail('a canonical function of another kind', start);
      reader.u32();
      for (let left = reader.count(); left > 0; left--) readOption(reader);
      if (form === 0x00) reader.u32();
      return;
    case 0x02: // resource.new
    case 0x03: // resource.drop
    case 0x04: // resource.rep
      reader.u32();
      return;
    case 0x0a: // context.get, which keeps one number
    case 0x0b: // context.set
      reader.u8();
      reader.u32();
      return;
    default:
      throw new UnsupportedImageError(
        `it uses what came with WASI 0.3 (canonical function ${form}): build it for WASI 0.2`,
      );
  }
}

function readOption(reader: ByteReader): void {
  const start = reader.offset;
  const option = reader.u8();
  switch (option) {
    case OPTIONS.utf8:
      return;
    case OPTIONS.memory:
    case OPTIONS.realloc:
    case OPTIONS.postReturn:
      reader.u32();
      return;
    case OPTIONS.async:
    case OPTIONS.callback:
      throw new UnsupportedImageError(
        'it has asynchronous functions, which came with WASI 0.3: build it for WASI 0.2',
      );
    case 0x01:
    case 0x02:
      throw new UnsupportedImageError('its strings are not in UTF-8');
    default:
      reader.fail(`unknown canonical option ${option}`, start);
  }
}
