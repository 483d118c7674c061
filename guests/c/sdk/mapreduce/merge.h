// Many sorted runs read as one: each through a small window, so memory does not grow with what they hold.
#ifndef VSTAR_MAPREDUCE_MERGE_H
#define VSTAR_MAPREDUCE_MERGE_H
#include "posiv_runtime.h"
#include "mapreduce/run.h"

// A part of a blob that holds records in order.
typedef struct {
  const char *blob; // closed by a zero
  uint64_t offset, size;
} mr_source;

typedef struct {
  const uint8_t *key, *value;
  uint32_t key_size, value_size;
} mr_record;

typedef struct {
  mr_source source; // what has not been read yet
  uint8_t *window;
  uint32_t room, at, filled;
  uint64_t prefix;
  mr_record record;
} mr_cursor;

typedef struct {
  mr_cursor *cursors;
  uint32_t *heap; // numbers of cursors, the least key first
  uint32_t count, alive, taken;
  int lost;             // the number of a source that cannot be read, or -1
  const char *error;    // why not
  uint8_t *group;       // the key and the values of the last group
  size_t group_room;
  posiv_slice *values;
  size_t values_room;
} mr_merge;

#define MR_ALL_WINDOWS (16u << 20) // what all windows may have together, within the next two
#define MR_LEAST_WINDOW (64u << 10)
#define MR_LARGEST_WINDOW (256u << 10)

// False if a source cannot be read; `lost` and `error` say which and why, here and below.
bool mr_merge_open(mr_merge *merge, const mr_source *sources, uint32_t count);
void mr_merge_close(mr_merge *merge);

// The next record; it stays until the next call. Returns 1, 0 after the last, -1 on an error.
int mr_merge_next(mr_merge *merge, mr_record *record);

// The next key with all its values; as above. Sets `error` and no `lost` for a key whose values have more than 64 MiB.
int mr_merge_group(mr_merge *merge, posiv_slice *key, const posiv_slice **values, size_t *count);

#endif
