#include "mapreduce/table.h"
#include "mapreduce.h"
#include <stdlib.h>

#define FIRST_ENTRIES (1u << 16)
#define FIRST_ARENA (1u << 20)
#define LARGEST_ARENA (1u << 30) // offsets into it have 32 bits
#define FOLD_AT 16               // values of one key before they are combined

typedef struct {
  uint32_t next, size; // next: where the one before lies, 0 for none
} node;

const uint8_t mr_keep[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static void *need(void *memory) {
  if (!memory) __builtin_trap();
  return memory;
}

void mr_table_init(posiv_emitter *emitter, size_t budget, void (*spill)(posiv_emitter *)) {
  uint32_t entries = FIRST_ENTRIES, arena = FIRST_ARENA;
  while (entries > 16 && entries * sizeof(mr_entry) > budget / 2) entries /= 2;
  while (arena > 256 && arena > budget / 4) arena /= 2;
  *emitter = (posiv_emitter){.mask = entries - 1, .arena_room = arena, .budget = budget, .spill = spill};
  emitter->entries = need(calloc(entries, sizeof(mr_entry)));
  emitter->arena = need(malloc(arena));
  emitter->used = 1; // 0 stands for no value
}

void mr_table_clear(posiv_emitter *emitter) {
  memset(emitter->entries, 0, (emitter->mask + 1) * sizeof(mr_entry));
  emitter->count = 0;
  emitter->used = 1;
}

uint64_t mr_long_tail(const uint8_t *key, uint32_t size) {
  uint64_t hash = size;
  uint32_t at = 8;
  for (; at + 8 <= size; at += 8) {
    hash = (hash ^ mr_load(key + at)) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return (hash ^ mr_load(key + size - 8)) * 0xD6E8FEB86659FD93u; // the last 8, some of them again
}

static mr_entry *find(posiv_emitter *emitter, const uint8_t *key, uint32_t size, uint64_t head, uint64_t tail) {
  for (uint32_t slot = mr_slot(mr_hash(head, tail, size));; slot++) {
    mr_entry *entry = &emitter->entries[slot & emitter->mask];
    if (entry->size == 0) return entry;
    if (entry->head == head && entry->tail == tail && entry->size == size &&
        !memcmp(emitter->arena + entry->at, key, size))
      return entry;
  }
}

static void grow_entries(posiv_emitter *emitter) {
  mr_entry *old = emitter->entries;
  uint32_t count = emitter->mask + 1;
  emitter->entries = need(calloc(2 * (size_t)count, sizeof(mr_entry)));
  emitter->mask = 2 * count - 1;
  for (uint32_t i = 0; i < count; i++) {
    if (!old[i].size) continue;
    uint32_t slot = mr_slot(mr_hash(old[i].head, old[i].tail, old[i].size));
    while (emitter->entries[slot & emitter->mask].size) slot++;
    emitter->entries[slot & emitter->mask] = old[i];
  }
  free(old);
}

// Room for one more entry and so many bytes: by growing as far as the budget goes, then by spilling.
static bool reserve(posiv_emitter *emitter, size_t bytes) {
  size_t entries = emitter->mask + 1, arena = emitter->arena_room;
  if (emitter->error) return false;
  if (emitter->count >= entries / 8 * 5) entries *= 2; // fuller, a lookup goes on too often; emptier, it misses the caches more
  while (arena < emitter->used + bytes) arena *= 2;
  if (entries * sizeof(mr_entry) + arena > emitter->budget || arena > LARGEST_ARENA) {
    if (emitter->count) {
      emitter->spill(emitter);
      mr_table_clear(emitter);
    }
    entries = emitter->mask + 1;
    arena = emitter->arena_room;
    while (arena < emitter->used + bytes) arena *= 2; // one key that is larger than the budget
  }
  if (emitter->error) return false;
  if (entries > emitter->mask + 1) grow_entries(emitter);
  if (arena > emitter->arena_room) {
    emitter->arena = need(realloc(emitter->arena, arena));
    emitter->arena_room = (uint32_t)arena;
  }
  return true;
}

static bool key_fits(posiv_emitter *emitter, uint32_t size) {
  if (size >= 1 && size <= MR_LARGEST_KEY) return true;
  if (!emitter->error) emitter->error = size ? "a key has more than 16 MiB" : "a key has no bytes";
  return false;
}

static void words(const uint8_t *key, uint32_t size, uint64_t *head, uint64_t *tail) {
  uint8_t first[MR_SHORT] = {0};
  memcpy(first, key, size < MR_SHORT ? size : MR_SHORT);
  *head = mr_load(first);
  *tail = size <= MR_SHORT ? mr_load(first + 8) : mr_long_tail(key, size);
}

static uint32_t store(posiv_emitter *emitter, const void *bytes, uint32_t size) {
  uint32_t at = emitter->used;
  memcpy(emitter->arena + at, bytes, size);
  emitter->used += size;
  return at;
}

void mr_table_insert_sum(posiv_emitter *emitter, const uint8_t *key, uint32_t size, uint64_t value) {
  uint64_t head, tail;
  if (!key_fits(emitter, size) || !reserve(emitter, size)) return;
  words(key, size, &head, &tail);
  mr_entry *entry = find(emitter, key, size, head, tail); // free: a spill may have moved it
  *entry = (mr_entry){head, tail, value, size, store(emitter, key, size)};
  emitter->count++;
  emitter->pairs++;
}

uint32_t mr_value_at(const posiv_emitter *emitter, uint32_t at, const uint8_t **value, uint32_t *size) {
  node here;
  memcpy(&here, emitter->arena + at, sizeof here);
  *value = emitter->arena + at + sizeof here;
  *size = here.size;
  return here.next;
}

// Folds the values of an entry into one, if the author gave a combiner.
static void fold(posiv_emitter *emitter, mr_entry *entry) {
  posiv_slice *values = need(malloc((size_t)(entry->value >> 32) * sizeof *values));
  posiv_output output = {0};
  size_t count = 0;
  for (uint32_t at = (uint32_t)entry->value; at;) {
    const uint8_t *value;
    uint32_t size;
    at = mr_value_at(emitter, at, &value, &size);
    values[count++] = (posiv_slice){(const char *)value, size};
  }
  posiv_slice key = {(const char *)emitter->arena + entry->at, entry->size};
  const char *error = posiv_combine(key, values, count, &output);
  if (output.failed) error = "a combined value has more than 64 MiB";
  if (error) {
    if (!emitter->error) emitter->error = error;
  } else {
    // Where there is no room for it, the values stay as they are until there are twice as many.
    node here = {0, (uint32_t)output.size};
    if (output.size + sizeof here <= emitter->arena_room - emitter->used) {
      entry->value = 1ull << 32 | store(emitter, &here, sizeof here);
      store(emitter, output.bytes, here.size);
    }
  }
  free(output.bytes);
  free(values);
}

void posiv_emit_bytes(posiv_emitter *emitter, const uint8_t *key, uint32_t size, const uint8_t *value,
                      uint32_t value_size) {
  uint64_t head, tail;
  emitter->bytes = true;
  if (!key_fits(emitter, size)) return;
  if (value_size > POSIV_OUTPUT_LIMIT && !emitter->error) emitter->error = "a value has more than 64 MiB";
  if (!reserve(emitter, (size_t)size + value_size + sizeof(node))) return;
  words(key, size, &head, &tail);
  mr_entry *entry = find(emitter, key, size, head, tail);
  if (entry->size == 0) {
    *entry = (mr_entry){head, tail, 0, size, store(emitter, key, size)};
    emitter->count++;
  }
  node here = {(uint32_t)entry->value, value_size};
  uint32_t at = store(emitter, &here, sizeof here);
  store(emitter, value, value_size);
  entry->value = ((entry->value >> 32) + 1) << 32 | at;
  emitter->pairs++;
  uint64_t count = entry->value >> 32;
  if (posiv_combine && count >= FOLD_AT && (count & (count - 1)) == 0) fold(emitter, entry);
}
