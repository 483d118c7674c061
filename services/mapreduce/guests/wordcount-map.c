// Counts words: what lies between spaces, tabs, line feeds, form feeds and carriage returns, and nothing else.
#include "mapreduce.h"
#include <wasm_simd128.h>

const char posiv_separators[] = " \t\n\f\r";

// A bit for each of 16 bytes that is a separator: 9 to 13 but for 11 (vertical tab), or a space.
static inline uint64_t separators(const uint8_t *bytes) {
  v128_t text = wasm_v128_load(bytes), from_tab = wasm_i8x16_sub(text, wasm_i8x16_splat('\t'));
  v128_t control = wasm_u8x16_lt(from_tab, wasm_i8x16_splat(5));
  control = wasm_v128_andnot(control, wasm_i8x16_eq(from_tab, wasm_i8x16_splat(2)));
  return wasm_i8x16_bitmask(wasm_v128_or(control, wasm_i8x16_eq(text, wasm_i8x16_splat(' '))));
}

const char *posiv_map(const uint8_t *block, size_t size, posiv_emitter *emitter) {
  size_t word = 0; // where the word begins that the scan is in, or the place after the last separator
  for (size_t at = 0; at < size; at += 64) {
    const uint8_t *here = block + at;
    uint64_t ends = separators(here) | separators(here + 16) << 16 | separators(here + 32) << 32 | separators(here + 48) << 48;
    if (size - at < 64) ends &= (1ull << (size - at)) - 1; // the rest is slack
    for (; ends; ends &= ends - 1) {
      size_t end = at + (size_t)__builtin_ctzll(ends);
      if (end > word) posiv_emit_sum(emitter, block + word, (uint32_t)(end - word), 1);
      word = end + 1;
    }
  }
  if (word < size) posiv_emit_sum(emitter, block + word, (uint32_t)(size - word), 1);
  return NULL;
}
