// Kernels that compute and call nothing outside: each is a function of how many rounds to run, and gives a checksum.
#include <stdint.h>
#include <string.h>

#define KERNEL(name) __attribute__((export_name("kernel-" #name))) uint32_t name(uint32_t rounds)

// The world that it is built for.
__attribute__((export_name("posiv:kernel/program@0.1.0#run"))) void *run(void *cmd, uint32_t count) { return 0; }
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *p, uint32_t a, uint32_t b, uint32_t c) { return 0; }

static uint32_t recurse(uint32_t n) { return n < 2 ? n : recurse(n - 1) + recurse(n - 2); }

KERNEL(fibonacci) {
  uint32_t sum = 0;
  volatile uint32_t n = 20; // else the compiler calls it once
  while (rounds-- > 0) sum += recurse(n);
  return sum;
}

static uint8_t sieve_bits[1 << 16];

KERNEL(sieve) {
  uint32_t count = 0;
  while (rounds-- > 0) {
    memset(sieve_bits, 1, sizeof sieve_bits);
    for (uint32_t i = 2; i < sizeof sieve_bits; i++) {
      if (!sieve_bits[i]) continue;
      count++;
      for (uint32_t j = 2 * i; j < sizeof sieve_bits; j += i) sieve_bits[j] = 0;
    }
  }
  return count;
}

static double left[64][64], right[64][64], product[64][64];

KERNEL(matrix) {
  for (int i = 0; i < 64; i++)
    for (int j = 0; j < 64; j++) left[i][j] = i + j, right[i][j] = i - j;
  while (rounds-- > 0) {
    for (int i = 0; i < 64; i++)
      for (int j = 0; j < 64; j++) {
        double sum = 0;
        for (int k = 0; k < 64; k++) sum += left[i][k] * right[k][j];
        product[i][j] = sum;
      }
    left[rounds & 63][0] = product[1][rounds & 63];
  }
  return (uint32_t)(int64_t)product[63][1];
}

static uint8_t block[4096];

KERNEL(hash) {
  uint64_t h = 14695981039346656037ull;
  for (uint32_t i = 0; i < sizeof block; i++) block[i] = i * 7;
  while (rounds-- > 0)
    for (uint32_t i = 0; i < sizeof block; i++) h = (h ^ block[i]) * 1099511628211ull;
  return (uint32_t)h;
}

KERNEL(mandelbrot) {
  uint32_t total = 0;
  while (rounds-- > 0)
    for (int y = 0; y < 32; y++)
      for (int x = 0; x < 32; x++) {
        double cr = x / 16.0 - 1.5, ci = y / 16.0 - 1.0, r = 0, i = 0;
        int n = 0;
        for (; n < 100 && r * r + i * i < 4; n++) {
          double t = r * r - i * i + cr;
          i = 2 * r * i + ci;
          r = t;
        }
        total += n;
      }
  return total;
}

static int32_t values[4096];

static void quicksort(int32_t *from, int32_t *to) {
  while (to - from > 1) {
    int32_t pivot = from[(to - from) / 2], *i = from, *j = to - 1;
    while (i <= j) {
      while (*i < pivot) i++;
      while (*j > pivot) j--;
      if (i <= j) {
        int32_t t = *i;
        *i++ = *j;
        *j-- = t;
      }
    }
    quicksort(from, j + 1);
    from = i;
  }
}

KERNEL(sort) {
  uint32_t x = 1;
  while (rounds-- > 0) {
    for (int i = 0; i < 4096; i++) values[i] = (int32_t)(x = x * 1664525u + 1013904223u);
    quicksort(values, values + 4096);
  }
  return (uint32_t)values[17];
}

static uint32_t key[8192], count_of[8192];

KERNEL(table) {
  uint32_t x = 1;
  memset(key, 0, sizeof key);
  while (rounds-- > 0)
    for (int n = 0; n < 4096; n++) {
      x = x * 1664525u + 1013904223u;
      uint32_t word = (x >> 20) | 1, at = word * 2654435761u >> 19;
      while (key[at] != 0 && key[at] != word) at = (at + 1) & 8191;
      key[at] = word;
      count_of[at]++;
    }
  return count_of[5];
}

typedef uint32_t (*operation)(uint32_t);
static uint32_t add(uint32_t x) { return x + 7; }
static uint32_t twist(uint32_t x) { return x ^ x << 5; }
static uint32_t turn(uint32_t x) { return x >> 3 | x << 29; }
static uint32_t scale(uint32_t x) { return x * 31; }
static volatile operation operations[4] = {add, twist, turn, scale};

KERNEL(dispatch) {
  uint32_t x = 1;
  while (rounds-- > 0)
    for (int n = 0; n < 4096; n++) x = operations[(x ^ n) & 3](x);
  return x;
}
