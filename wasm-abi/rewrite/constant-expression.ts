import type { ByteReader } from '../binary/byte-reader.ts';

/**
 * Goes past the initial value of a global, an offset or an element, up to and with its `end`.
 * @param referenced is told of each function that it refers to
 * @throws {unsupported-image} for instructions that allocate
 */
export function skipConstantExpression(
  reader: ByteReader,
  referenced: (functionIndex: number) => void = () => undefined,
): void {
  for (;;) {
    const start = reader.offset;
    const opcode = reader.u8();
    switch (opcode) {
      case 0x0b:
        return;
      case 0xd2: // ref.func
        referenced(reader.u32());
        break;
      case 0x23: // global.get
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd0: // ref.null
        skipNumber(reader);
        break;
      case 0x43: // f32.const
        reader.take(4);
        break;
      case 0x44: // f64.const
        reader.take(8);
        break;
      case 0x6a: // i32 and i64 add, sub, mul
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      case 0xfd: // v128.const
        if (reader.u32() !== 12) reader.refuse('it has an unknown constant', start);
        reader.take(16);
        break;
      case 0xfb: {
        const operation = reader.u32(); // conversions and i31 only
        if (operation < 26 || operation > 28)
          reader.refuse('it allocates garbage-collected values', start);
        break;
      }
      default:
        reader.refuse(`it has an unknown constant instruction, 0x${opcode.toString(16)}`, start);
    }
  }
}

/** A LEB128 of up to 64 bits, whatever its sign. */
function skipNumber(reader: ByteReader): void {
  while (reader.u8() >= 0x80);
}
