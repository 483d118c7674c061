// The pairs that a map task holds in memory: an open-addressing hash table, its entries 32 bytes, and an arena for keys
// and values. What it holds never passes the budget (but for one key that is larger): it is spilled first.
#ifndef VSTAR_MAPREDUCE_TABLE_H
#define VSTAR_MAPREDUCE_TABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MR_LARGEST_KEY (16u << 20) // of posiv:mapreduce/types pair
#define MR_SHORT 16                // bytes of a key that fit into its entry

typedef struct {
  uint64_t head;  // the first 8 bytes of the key, zeros after its end
  uint64_t tail;  // the next 8 of a short key; of a longer one a hash of all the rest
  uint64_t value; // the sum; or for bytes, how many << 32 | where in the arena the newest lies
  uint32_t size;  // of the key; 0 marks a free entry
  uint32_t at;    // where in the arena the key lies
} mr_entry;

typedef struct posiv_emitter {
  mr_entry *entries;
  uint32_t mask, count;
  uint8_t *arena;
  uint32_t used, arena_room;
  size_t budget;
  bool bytes;               // values are bytes, not sums
  const char *error;        // the first thing that went wrong; nothing is taken after it
  uint64_t pairs;           // emitted as bytes, or first emissions of a sum
  void (*spill)(struct posiv_emitter *); // writes everything out; the table empties itself after it
} posiv_emitter;

void mr_table_init(posiv_emitter *emitter, size_t budget, void (*spill)(posiv_emitter *));
void mr_table_clear(posiv_emitter *emitter);
void mr_table_insert_sum(posiv_emitter *emitter, const uint8_t *key, uint32_t size, uint64_t value);
uint64_t mr_long_tail(const uint8_t *key, uint32_t size);
void posiv_emit_bytes(posiv_emitter *emitter, const uint8_t *key, uint32_t size, const uint8_t *value,
                      uint32_t value_size);

// The values of an entry of bytes, the newest first: yields where the next one is, 0 after the last.
uint32_t mr_value_at(const posiv_emitter *emitter, uint32_t node, const uint8_t **value, uint32_t *size);

static inline uint64_t mr_load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

// Mixes a key's two words and its size; the table takes the low bits, the partition is told by the high ones.
static inline uint64_t mr_hash(uint64_t head, uint64_t tail, uint32_t size) {
  uint64_t mixed = (head ^ (tail << 29 | tail >> 35) ^ size) * 0x9FB21C651E98DF25u;
  return (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93u;
}

static inline uint32_t mr_slot(uint64_t hash) { return (uint32_t)(hash >> 24); }

static inline uint32_t mr_partition(uint64_t hash, uint32_t partitions) {
  return (uint32_t)((hash >> 32) * partitions >> 32);
}

extern const uint8_t mr_keep[32]; // 16 bytes of ones, 16 of zeros

// Adds to the sum of a key. 16 bytes from the key's start on must be readable.
static inline void posiv_emit_sum(posiv_emitter *emitter, const uint8_t *key, uint32_t size, uint64_t value) {
  uint64_t head = mr_load(key), tail;
  if (__builtin_expect(size <= MR_SHORT, 1)) {
    const uint8_t *keep = mr_keep + MR_SHORT - size;
    head &= mr_load(keep);
    tail = mr_load(key + 8) & mr_load(keep + 8);
  } else {
    tail = mr_long_tail(key, size);
  }
  for (uint32_t slot = mr_slot(mr_hash(head, tail, size));; slot++) {
    mr_entry *entry = &emitter->entries[slot & emitter->mask];
    if (__builtin_expect(entry->head == head && entry->tail == tail && entry->size == size, 1)) {
      if (__builtin_expect(size <= MR_SHORT, 1) || !memcmp(emitter->arena + entry->at, key, size)) {
        entry->value += value;
        return;
      }
    } else if (entry->size == 0) {
      mr_table_insert_sum(emitter, key, size, value);
      return;
    }
  }
}

#endif
