#include "kernel.h"
#include "mapreduce/run.h"
#include "mapreduce/sort.h"
#include <stdlib.h>

#define BUDGET (1u << 30) // never spills: a text has fewer words than that
#define DIGITS 20

void kernel_init(posiv_emitter *table) { mr_table_init(table, BUDGET, NULL); }

static bool separates(uint8_t byte) { return memchr(posiv_separators, byte, 5) != NULL; }

void kernel_count(posiv_emitter *table, const uint8_t *text, size_t from, size_t to, size_t end) {
  size_t start = from;
  if (from && !separates(text[from - 1])) {
    while (start < to && !separates(text[start])) start++;
  }
  while (to < end && to > start && !separates(text[to - 1])) to++;
  if (start < to) posiv_map(text + start, to - start, table);
}

void kernel_add(posiv_emitter *table, const uint8_t *word, uint32_t size, uint64_t count) {
  uint8_t room[MR_SHORT] = {0}; // what is looked at must be readable beyond a short word
  if (size < MR_SHORT) word = memcpy(room, word, size);
  posiv_emit_sum(table, word, size, count);
}

uint8_t *kernel_format(const posiv_emitter *table, size_t *size) {
  size_t count = 0;
  mr_ref *refs = malloc(2 * (table->count + 1) * sizeof *refs);
  uint8_t *out = malloc(table->used + (size_t)table->count * (DIGITS + 2) + 1), *at = out;
  if (!refs || !out) __builtin_trap();
  for (uint32_t i = 0; i <= table->mask; i++) {
    const mr_entry *entry = &table->entries[i];
    if (entry->size) refs[count++] = (mr_ref){mr_prefix(table->arena + entry->at, entry->size), entry};
  }
  mr_sort(refs, refs + count, count, table->arena);
  for (size_t i = 0; i < count; i++) {
    const mr_entry *entry = refs[i].entry;
    char digits[DIGITS];
    int length = 0;
    memcpy(at, table->arena + entry->at, entry->size);
    at += entry->size;
    *at++ = '\t';
    uint64_t rest = entry->value;
    do digits[length++] = (char)('0' + rest % 10);
    while (rest /= 10);
    while (length) *at++ = (uint8_t)digits[--length];
    *at++ = '\n';
  }
  free(refs);
  *size = (size_t)(at - out);
  return out;
}
