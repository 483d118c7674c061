// A run: pairs in the order of their partitions and within one of their keys' bytes, in one scratch blob. A record is the
// key's size and the value's size, as LEB128 numbers, then the key, then the value; a key with several values has a
// record for each.
#ifndef VSTAR_MAPREDUCE_RUN_H
#define VSTAR_MAPREDUCE_RUN_H
#include "vstore.h"
#include "mapreduce/table.h"

typedef struct {
  char blob[BLOB_ID_ROOM];
  uint64_t *bounds; // where each partition begins, and the end of the last
} mr_run;

typedef struct {
  blob_writer blob;
  uint64_t records;
} mr_run_writer;

void mr_write_record(mr_run_writer *writer, const void *key, uint32_t key_size, const void *value, uint32_t value_size);

// Writes what a table holds. False if vStore failed, posiv_error() says how, or the emitter's error is set.
bool mr_write_run(posiv_emitter *emitter, uint32_t partitions, mr_run *run);

// The order of keys: by their bytes, a prefix first.
int mr_compare(const uint8_t *a, uint32_t a_size, const uint8_t *b, uint32_t b_size);
// The first 8 bytes of a key as a number whose order is that of the bytes.
uint64_t mr_prefix(const uint8_t *key, uint32_t size);

#endif
