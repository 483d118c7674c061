#include "mapreduce/merge.h"
#include "mapreduce/output.h"
#include <stdlib.h>

#define NONE UINT32_MAX

static void *need(void *memory) {
  if (!memory) __builtin_trap();
  return memory;
}

static bool lose(mr_merge *merge, const mr_cursor *cursor, const char *error) {
  merge->lost = (int)(cursor - merge->cursors);
  merge->error = error;
  return false;
}

// Reads a LEB128 number of the window; false if the window ends within it.
static bool number(const mr_cursor *cursor, uint32_t *at, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (*at >= cursor->filled) return false;
    uint8_t byte = cursor->window[(*at)++];
    *value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128) return true;
  }
  *value = UINT64_MAX; // no run has such a number
  return true;
}

// How many bytes the record at the window's place has; 0 if its sizes are not in the window yet.
static uint64_t measure(mr_cursor *cursor) {
  uint64_t key_size, value_size;
  uint32_t at = cursor->at;
  if (!number(cursor, &at, &key_size) || !number(cursor, &at, &value_size)) return 0;
  if (key_size > MR_LARGEST_KEY || value_size > POSIV_OUTPUT_LIMIT) return UINT64_MAX;
  cursor->record.key = cursor->window + at;
  cursor->record.key_size = (uint32_t)key_size;
  cursor->record.value = cursor->record.key + key_size;
  cursor->record.value_size = (uint32_t)value_size;
  return at - cursor->at + key_size + value_size;
}

// Moves what is left to the window's start and reads behind it.
static bool refill(mr_merge *merge, mr_cursor *cursor, uint64_t wanted) {
  uint32_t left = cursor->filled - cursor->at, got;
  memmove(cursor->window, cursor->window + cursor->at, left);
  cursor->at = 0;
  cursor->filled = left;
  if (wanted > cursor->room) {
    cursor->window = need(realloc(cursor->window, (size_t)wanted));
    cursor->room = (uint32_t)wanted;
  }
  while (cursor->filled < cursor->room && cursor->source.size) {
    uint64_t size = cursor->room - cursor->filled;
    if (size > cursor->source.size) size = cursor->source.size;
    if (size > 1u << 20) size = 1u << 20;
    if (!blob_read(cursor->source.blob, cursor->source.offset, (uint32_t)size, cursor->window + cursor->filled, &got))
      return lose(merge, cursor, posiv_error());
    if (got == 0) return lose(merge, cursor, "the run is shorter than its map vTask said");
    cursor->filled += got;
    cursor->source.offset += got;
    cursor->source.size -= got;
  }
  return true;
}

// 1 if the cursor stands on a record, 0 at its end, -1 on an error.
static int advance(mr_merge *merge, mr_cursor *cursor) {
  for (int tries = 0;; tries++) {
    uint64_t size = measure(cursor), there = cursor->filled - cursor->at;
    if (size && size <= there) {
      cursor->at += (uint32_t)size;
      cursor->prefix = mr_prefix(cursor->record.key, cursor->record.key_size);
      return 1;
    }
    if (there == 0 && cursor->source.size == 0) return 0;
    if (size > there + cursor->source.size || cursor->source.size == 0 || tries == 3) {
      lose(merge, cursor, "the run is not well-formed");
      return -1;
    }
    if (!refill(merge, cursor, size)) return -1;
  }
}

static bool before(const mr_merge *merge, uint32_t x, uint32_t y) {
  const mr_cursor *a = &merge->cursors[x], *b = &merge->cursors[y];
  if (a->prefix != b->prefix) return a->prefix < b->prefix;
  int order = mr_compare(a->record.key, a->record.key_size, b->record.key, b->record.key_size);
  return order ? order < 0 : x < y;
}

static void sink(mr_merge *merge, uint32_t at) {
  uint32_t moved = merge->heap[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= merge->alive) break;
    if (child + 1 < merge->alive && before(merge, merge->heap[child + 1], merge->heap[child])) child++;
    if (!before(merge, merge->heap[child], moved)) break;
    merge->heap[at] = merge->heap[child];
    at = child;
  }
  merge->heap[at] = moved;
}

bool mr_merge_open(mr_merge *merge, const mr_source *sources, uint32_t count) {
  uint32_t window = count ? MR_ALL_WINDOWS / count : 0;
  if (window < MR_LEAST_WINDOW) window = MR_LEAST_WINDOW;
  if (window > MR_LARGEST_WINDOW) window = MR_LARGEST_WINDOW;
  *merge = (mr_merge){.lost = -1, .taken = NONE, .count = count};
  merge->cursors = need(calloc(count + 1, sizeof(mr_cursor)));
  merge->heap = need(calloc(count + 1, sizeof(uint32_t)));
  for (uint32_t i = 0; i < count; i++) {
    mr_cursor *cursor = &merge->cursors[i];
    cursor->source = sources[i];
    cursor->room = sources[i].size < window ? (uint32_t)sources[i].size : window;
    if (cursor->room == 0) continue;
    cursor->window = need(malloc(cursor->room));
    int found = advance(merge, cursor);
    if (found < 0) return false;
    if (found) merge->heap[merge->alive++] = i;
  }
  for (uint32_t i = merge->alive / 2; i-- > 0;) sink(merge, i);
  return true;
}

void mr_merge_close(mr_merge *merge) {
  for (uint32_t i = 0; i < merge->count; i++) free(merge->cursors[i].window);
  free(merge->cursors);
  free(merge->heap);
  free(merge->group);
  free(merge->values);
}

// Moves the cursor on whose record was taken last: not before, the record lies in its window.
static bool settle(mr_merge *merge) {
  if (merge->taken == NONE) return true;
  merge->taken = NONE;
  int found = advance(merge, &merge->cursors[merge->heap[0]]);
  if (found < 0) return false;
  if (!found) merge->heap[0] = merge->heap[--merge->alive];
  if (merge->alive) sink(merge, 0);
  return true;
}

int mr_merge_next(mr_merge *merge, mr_record *record) {
  if (!settle(merge)) return -1;
  if (!merge->alive) return 0;
  merge->taken = merge->heap[0];
  *record = merge->cursors[merge->taken].record;
  return 1;
}

static bool add_to_group(mr_merge *merge, size_t *used, size_t count, const mr_record *record) {
  size_t size = *used + record->value_size;
  if (size > POSIV_OUTPUT_LIMIT + MR_LARGEST_KEY) {
    merge->error = "the values of one key have more than 64 MiB";
    return false;
  }
  if (size > merge->group_room) {
    merge->group_room = 2 * size;
    merge->group = need(realloc(merge->group, merge->group_room));
  }
  if (count >= merge->values_room) {
    merge->values_room = 2 * merge->values_room + 16;
    merge->values = need(realloc(merge->values, merge->values_room * sizeof *merge->values));
  }
  memcpy(merge->group + *used, record->value, record->value_size);
  merge->values[count] = (posiv_slice){NULL, record->value_size};
  *used = size;
  return true;
}

int mr_merge_group(mr_merge *merge, posiv_slice *key, const posiv_slice **values, size_t *count) {
  mr_record record;
  size_t used = 0;
  int found = mr_merge_next(merge, &record);
  if (found <= 0) return found;
  // The key lies at the group's start: the window that it came from moves on.
  mr_record first = {.value = record.key, .value_size = record.key_size};
  *count = 0;
  if (!add_to_group(merge, &used, 0, &first)) return -1;
  uint32_t key_size = record.key_size;
  do {
    if (!add_to_group(merge, &used, (*count)++, &record)) return -1;
    if (!settle(merge)) return -1;
    if (!merge->alive) break;
    record = merge->cursors[merge->heap[0]].record;
  } while (record.key_size == key_size && !memcmp(record.key, merge->group, key_size) &&
           (found = mr_merge_next(merge, &record)) > 0);
  const char *at = (const char *)merge->group + key_size;
  *key = (posiv_slice){(const char *)merge->group, key_size};
  for (size_t i = 0; i < *count; at += merge->values[i++].size) merge->values[i].data = at;
  *values = merge->values;
  return 1;
}
