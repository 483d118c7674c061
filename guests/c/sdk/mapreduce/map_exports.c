// A map image seen as `posiv:mapreduce/mapper` and `combiner`: the author's functions without the runtime, for those who
// inspect or test an image. Each call starts with an empty table of its own.
#include "mapreduce.h"
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name("posiv:mapreduce/" name)))
#define BUDGET (1u << 30) // what one block emits is returned whole

typedef struct {
  posiv_slice key, value;
} pair;

static uint32_t result[3]; // a result<list, string>, or a list
static posiv_output kept;  // what the last result points into

static void *fail(const char *error) {
  result[0] = 1;
  result[1] = (uint32_t)(uintptr_t)error;
  result[2] = (uint32_t)__builtin_strlen(error);
  return result;
}

static void *list(const void *items, size_t count) {
  result[0] = 0;
  result[1] = (uint32_t)(uintptr_t)items;
  result[2] = (uint32_t)count;
  return result;
}

EXPORT("mapper@0.1.0#separators") void *separators(void) {
  static uint32_t area[2];
  area[0] = (uint32_t)(uintptr_t)posiv_separators;
  area[1] = (uint32_t)__builtin_strlen(posiv_separators);
  return area;
}

static void full(posiv_emitter *emitter) { emitter->error = "a block emitted more than 1 GiB"; }

static void add_pair(const posiv_emitter *emitter, const mr_entry *entry, const void *value, size_t size) {
  pair one = {{(const char *)emitter->arena + entry->at, entry->size}, {value, size}};
  posiv_output_write(&kept, &one, sizeof one);
}

EXPORT("mapper@0.1.0#map") void *map(uint8_t *block, size_t size) {
  static posiv_emitter emitter;
  if (emitter.entries) {
    free(emitter.entries);
    free(emitter.arena);
  }
  mr_table_init(&emitter, BUDGET, full);
  uint8_t *room = realloc(block, size + POSIV_BLOCK_SLACK);
  if (!room) __builtin_trap();
  const char *error = posiv_map(room, size, &emitter);
  free(room);
  if (!error) error = emitter.error;
  if (error) return fail(error);
  kept.size = 0;
  for (size_t i = 0; i <= emitter.mask; i++) {
    const mr_entry *entry = &emitter.entries[i];
    if (!entry->size) continue;
    if (!emitter.bytes) {
      add_pair(&emitter, entry, &entry->value, sizeof entry->value);
      continue;
    }
    for (uint32_t at = (uint32_t)entry->value; at;) {
      const uint8_t *value;
      uint32_t value_size;
      at = mr_value_at(&emitter, at, &value, &value_size);
      add_pair(&emitter, entry, value, value_size);
    }
  }
  return kept.failed ? fail("a block emitted more than 64 MiB of pairs") : list(kept.bytes, kept.size / sizeof(pair));
}

EXPORT("combiner@0.1.0#combine") void *combine(const char *key, size_t size, const posiv_slice *values, size_t count) {
  uint64_t sum = posiv_sum(values, count);
  kept.size = 0;
  const char *error = NULL;
  if (posiv_combine) error = posiv_combine((posiv_slice){key, size}, values, count, &kept);
  else posiv_output_write(&kept, &sum, sizeof sum);
  return error ? fail(error) : list(kept.bytes, kept.size);
}
