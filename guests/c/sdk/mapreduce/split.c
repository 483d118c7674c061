#include "mapreduce/split.h"
#include "mapreduce.h"
#include "vstore.h"
#include <stdlib.h>

#define CHUNK (1u << 20)         // vStore's chunks: a read of a whole one takes its fast path
#define BEYOND (64u << 10)       // what is read at a time to end the last record
#define LARGEST_RECORD (64u << 20) // a record has to be in memory whole

typedef struct {
  const mr_split *split;
  uint8_t separator[256]; // 1 for those of the author
  uint8_t *bytes;         // from the start of the first record that is not mapped yet
  size_t used, room;
  uint64_t next; // what is read next
} block_reader;

static uint8_t *buffer; // kept from split to split
static size_t buffer_room;

static const char *grow(block_reader *reader, size_t more) {
  if (reader->used > LARGEST_RECORD) return "a record has more than 64 MiB";
  if (reader->used + more + POSIV_BLOCK_SLACK > buffer_room) {
    buffer_room = 2 * reader->used + more + POSIV_BLOCK_SLACK;
    buffer = realloc(buffer, buffer_room);
    if (!buffer) __builtin_trap();
  }
  reader->bytes = buffer;
  return NULL;
}

static const char *read_more(block_reader *reader, uint32_t size) {
  uint32_t got;
  const char *error = grow(reader, size);
  if (error) return error;
  if (!blob_read(reader->split->blob, reader->next, size, reader->bytes + reader->used, &got)) return posiv_error();
  if (got < size) return "the blob is shorter than the master said";
  reader->used += got;
  reader->next += got;
  return NULL;
}

// Maps the first `size` bytes and moves the others to the front.
static const char *map_block(block_reader *reader, size_t size, posiv_emitter *emitter) {
  if (size == 0) return NULL;
  const char *error = posiv_map(reader->bytes, size, emitter);
  if (!error) error = emitter->error;
  reader->used -= size;
  memmove(reader->bytes, reader->bytes + size, reader->used);
  return error;
}

// The place after the first separator from `from` on, 0 if there is none.
static size_t after_first(const block_reader *reader, size_t from) {
  for (size_t i = from; i < reader->used; i++)
    if (reader->separator[reader->bytes[i]]) return i + 1;
  return 0;
}

static size_t after_last(const block_reader *reader, size_t from) {
  for (size_t i = reader->used; i > from; i--)
    if (reader->separator[reader->bytes[i - 1]]) return i;
  return 0;
}

const char *mr_map_split(const mr_split *split, posiv_emitter *emitter) {
  block_reader reader = {.split = split, .next = split->offset};
  uint64_t end = split->offset + split->size;
  bool passing = split->offset > 0; // over what belongs to the split before
  const char *error = NULL;
  for (const char *at = posiv_separators; *at; at++) reader.separator[(uint8_t)*at] = 1;

  while (!error && reader.next < end) {
    size_t before = reader.used;
    uint64_t size = CHUNK - reader.next % CHUNK;
    if (size > end - reader.next) size = end - reader.next;
    error = read_more(&reader, (uint32_t)size);
    if (error) break;
    if (passing) {
      size_t start = after_first(&reader, 0);
      reader.used = start ? reader.used - start : 0;
      if (!start) continue;
      memmove(reader.bytes, reader.bytes + start, reader.used);
      passing = false;
    }
    error = map_block(&reader, after_last(&reader, before < reader.used ? before : 0), emitter);
  }

  // The record after the last separator goes on beyond the split, or begins there.
  while (!error && !passing) {
    if (reader.next >= split->blob_size) return map_block(&reader, reader.used, emitter);
    size_t before = reader.used;
    uint64_t size = BEYOND - reader.next % BEYOND;
    if (size > split->blob_size - reader.next) size = split->blob_size - reader.next;
    error = read_more(&reader, (uint32_t)size);
    size_t record = error ? 0 : after_first(&reader, before);
    if (record) {
      reader.used = record;
      return map_block(&reader, record, emitter);
    }
  }
  return error;
}
