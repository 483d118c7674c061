// The words of the pages that no WIT says.

export const GENERATED_PAGE =
  '<!-- Made from posiv-wit/wit by `npm run generate`: not to be edited. -->';

export const WIRE_RULES = [
  'What travels between nodes, between a node and its lanes, and between a node and a program outside. Guests never see',
  'it. The types are declared in WIT like those of POSIV; a value is encoded by its type alone, without names or tags of',
  'its fields, so both sides must have the same WIT.',
  '',
  '## Encoding',
  '',
  '| type | bytes |',
  '| --- | --- |',
  '| `bool` | one byte, 0 or 1 |',
  "| `u8`, `s8` | one byte, `s8` as two's complement |",
  '| `u16`, `u32`, `u64` | unsigned LEB128 in as few bytes as possible; a `u64` is at most 2^53 - 1 |',
  '| `s16`, `s32` | the same after zigzag (0, -1, 1, -2, ...) |',
  '| `s64` | one byte, 1 if negative, then LEB128 of `n`, or of `-n - 1` if negative |',
  '| `f32`, `f64` | four or eight bytes, little-endian IEEE 754 |',
  '| `char` | LEB128 of the scalar value |',
  '| `string` | LEB128 of its length in bytes, then UTF-8 |',
  '| `list<u8>` | LEB128 of its length, then the bytes |',
  '| `list<t>` | LEB128 of the number of items, then the items |',
  '| `option<t>` | one byte, 0 for none; or 1 and the value |',
  '| `result<t, e>` | one byte, 0 and the value, or 1 and the error |',
  '| `enum`, `variant` | the tag (one byte; LEB128 where there are more than 256 cases), then what the case carries |',
  '| `flags` | one byte of bits for up to 8 flags, else LEB128 of them; the first flag is the lowest bit |',
  '| `record`, `tuple` | the fields in their order |',
  '',
  'Each value has exactly one encoding. A reader refuses, with `malformed-value`, what ends too early, is longer than it',
  'need be, has a tag that is none, is not UTF-8, promises more items than the bytes that are left can hold, or leaves',
  'bytes over.',
] as const;
