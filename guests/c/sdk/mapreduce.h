// MapReduce in C: what the author of a map or a reduce vTask includes. The runtime beneath is the vTask's `run`; it reads
// splits, keeps the table, spills, sorts, partitions and answers the master (services/mapreduce/README.md).
#ifndef VSTAR_MAPREDUCE_H
#define VSTAR_MAPREDUCE_H
#include "mapreduce/output.h"
#include "mapreduce/table.h"
#include "posiv_runtime.h"

#define POSIV_BLOCK_SLACK 64 // bytes after a block that may be read, whatever they are

// ---- A map author writes the first two, and the third if values are not sums. ----

// The bytes that part one record from the next, closed by a zero; a zero itself cannot be one.
extern const char posiv_separators[];

// Emits the pairs of a block of whole records. Returns NULL, or what is wrong: the vTask dies of it and its splits are
// mapped again by another.
const char *posiv_map(const uint8_t *block, size_t size, posiv_emitter *emitter);

// Folds values of one key into one; must be associative and commutative. Without it, emitted bytes are all kept.
__attribute__((weak)) const char *posiv_combine(posiv_slice key, const posiv_slice *values, size_t count,
                                                posiv_output *output);

// In posiv_map, either of:
//   posiv_emit_sum(emitter, key, size, value)         adds to the 64-bit sum of a key; POSIV_BLOCK_SLACK bytes from the
//                                                     key's start must be readable, as they are anywhere in a block
//   posiv_emit_bytes(emitter, key, size, value, size) adds a value of any form
// never both in one job. A key has 1 byte to 16 MiB.

// ---- A reduce author writes this. ----

// Writes the bytes that the result has for a key. Keys come in the order of their bytes. A sum is 8 bytes, little-endian:
// posiv_sum adds them up.
const char *posiv_reduce(posiv_slice key, const posiv_slice *values, size_t count, posiv_output *output);

// In posiv_reduce: posiv_output_write(output, bytes, size) and posiv_output_decimal(output, number).

#endif
