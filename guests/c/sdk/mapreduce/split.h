// Reads a split of a blob as blocks of whole records. A record belongs to the split that has the separator before it,
// whatever its length, as with Hadoop's LineRecordReader: what comes before the first separator is passed over, the record
// after the last one is read beyond the split's end. So nothing before a split is read, which is likely to lie elsewhere.
#ifndef VSTAR_MAPREDUCE_SPLIT_H
#define VSTAR_MAPREDUCE_SPLIT_H
#include "mapreduce/table.h"

typedef struct {
  const char *blob; // closed by a zero
  uint64_t offset, size, blob_size;
} mr_split;

// Maps a split with the author's posiv_map. Returns NULL, or what went wrong.
const char *mr_map_split(const mr_split *split, posiv_emitter *emitter);

#endif
