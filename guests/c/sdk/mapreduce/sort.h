// Puts references to entries in the order of their keys.
#ifndef VSTAR_MAPREDUCE_SORT_H
#define VSTAR_MAPREDUCE_SORT_H
#include "mapreduce/table.h"

typedef struct {
  uint64_t prefix; // the first 8 bytes of the key, the first byte the highest
  const mr_entry *entry;
} mr_ref;

// A merge sort: never worse than n log n, whatever the keys. `spare` has room for as many.
void mr_sort(mr_ref *refs, mr_ref *spare, size_t count, const uint8_t *arena);

#endif
