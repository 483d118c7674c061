// Bytes that grow, up to a limit: what a combiner or a reducer writes for a key.
#ifndef VSTAR_MAPREDUCE_OUTPUT_H
#define VSTAR_MAPREDUCE_OUTPUT_H
#include "posiv_runtime.h"

#define POSIV_OUTPUT_LIMIT (64u << 20) // for one key: a record has to fit into a reducer's memory many times over

typedef struct {
  uint8_t *bytes;
  size_t size, room;
  bool failed; // the limit was passed
} posiv_output;

void posiv_output_write(posiv_output *output, const void *bytes, size_t size);
void posiv_output_decimal(posiv_output *output, uint64_t number);

// The sum of values that are 8 bytes, little-endian, each. What has another size counts as 0.
uint64_t posiv_sum(const posiv_slice *values, size_t count);

#endif
