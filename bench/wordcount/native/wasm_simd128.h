// What the map guest uses of wasm's SIMD, for a native compiler: so that one source is measured both ways.
#ifndef VSTAR_BENCH_WASM_SIMD128_H
#define VSTAR_BENCH_WASM_SIMD128_H
#include <stdint.h>
#include <string.h>

typedef uint8_t v128_t __attribute__((vector_size(16)));

static inline v128_t wasm_v128_load(const void *from) {
  v128_t value;
  memcpy(&value, from, sizeof value);
  return value;
}
static inline v128_t wasm_i8x16_splat(int8_t byte) { return (v128_t){} + (uint8_t)byte; }
static inline v128_t wasm_i8x16_sub(v128_t a, v128_t b) { return a - b; }
static inline v128_t wasm_u8x16_lt(v128_t a, v128_t b) { return (v128_t)(a < b); }
static inline v128_t wasm_i8x16_eq(v128_t a, v128_t b) { return (v128_t)(a == b); }
static inline v128_t wasm_v128_or(v128_t a, v128_t b) { return a | b; }
static inline v128_t wasm_v128_andnot(v128_t a, v128_t b) { return a & ~b; }

#ifdef __SSE2__
#include <emmintrin.h>
static inline uint32_t wasm_i8x16_bitmask(v128_t a) { return (uint32_t)_mm_movemask_epi8((__m128i)a); }
#else
static inline uint32_t wasm_i8x16_bitmask(v128_t a) {
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)(a[i] >> 7) << i;
  return mask;
}
#endif

#endif
