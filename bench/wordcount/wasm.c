// The kernel as a bare core module: one table an instance.
#include "kernel.h"
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define HEADER 12 // of a record: u32 size, u64 count, then the word

static posiv_emitter table;
static size_t made;

EXPORT(init) void init(void) { kernel_init(&table); }
EXPORT(alloc) uint8_t *alloc(size_t size) { return malloc(size); }
EXPORT(made) size_t made_bytes(void) { return made; }
EXPORT(format) uint8_t *format(void) { return kernel_format(&table, &made); }

EXPORT(count) void count(const uint8_t *text, size_t from, size_t to, size_t end) {
  kernel_count(&table, text, from, to, end);
}

EXPORT(dump) uint8_t *dump(void) {
  uint8_t *out = malloc(table.used + (size_t)table.count * HEADER), *at = out;
  if (!out) __builtin_trap();
  for (uint32_t i = 0; i <= table.mask; i++) {
    const mr_entry *entry = &table.entries[i];
    if (!entry->size) continue;
    memcpy(at, &entry->size, 4);
    memcpy(at + 4, &entry->value, 8);
    memcpy(at + HEADER, table.arena + entry->at, entry->size);
    at += HEADER + entry->size;
  }
  made = (size_t)(at - out);
  return out;
}

EXPORT(absorb) void absorb(const uint8_t *records, size_t size) {
  for (const uint8_t *at = records, *end = records + size; at < end;) {
    uint32_t length;
    uint64_t value;
    memcpy(&length, at, 4);
    memcpy(&value, at + 4, 8);
    kernel_add(&table, at + HEADER, length, value);
    at += HEADER + length;
  }
}
