#include "mapreduce/run.h"
#include "mapreduce.h"
#include "mapreduce/sort.h"
#include <stdlib.h>

static size_t leb128(uint8_t *to, uint32_t number) {
  size_t size = 0;
  for (; number >= 128; number >>= 7) to[size++] = (uint8_t)(number | 128);
  to[size++] = (uint8_t)number;
  return size;
}

void mr_write_record(mr_run_writer *writer, const void *key, uint32_t key_size, const void *value,
                     uint32_t value_size) {
  uint8_t sizes[10];
  size_t size = leb128(sizes, key_size);
  size += leb128(sizes + size, value_size);
  blob_write(&writer->blob, sizes, size);
  blob_write(&writer->blob, key, key_size);
  blob_write(&writer->blob, value, value_size);
  writer->records++;
}

static void write_entry(const posiv_emitter *emitter, const mr_entry *entry, mr_run_writer *writer) {
  const uint8_t *key = emitter->arena + entry->at;
  if (!emitter->bytes) {
    mr_write_record(writer, key, entry->size, &entry->value, sizeof entry->value);
    return;
  }
  for (uint32_t at = (uint32_t)entry->value; at;) {
    const uint8_t *value;
    uint32_t size;
    at = mr_value_at(emitter, at, &value, &size);
    mr_write_record(writer, key, entry->size, value, size);
  }
}

static inline uint32_t partition_of(const mr_entry *entry, uint32_t partitions) {
  return mr_partition(mr_hash(entry->head, entry->tail, entry->size), partitions);
}

bool mr_write_run(posiv_emitter *emitter, uint32_t partitions, mr_run *run) {
  mr_run_writer writer = {0};
  if (!blob_create(&writer.blob, BLOB_SCRATCH)) return false;
  size_t slots = (size_t)emitter->mask + 1;
  mr_ref *refs = malloc((emitter->count + 1) * sizeof *refs);
  mr_ref *spare = malloc((emitter->count + 1) * sizeof *spare);
  size_t *ends = calloc(partitions + 1, sizeof *ends);
  run->bounds = calloc(partitions + 1, sizeof *run->bounds);
  if (!refs || !spare || !ends || !run->bounds) __builtin_trap();

  // Counts the entries of each partition, then puts each behind those of its own: ends[p] walks from its start to its end.
  for (size_t i = 0; i < slots; i++)
    if (emitter->entries[i].size) ends[partition_of(&emitter->entries[i], partitions) + 1]++;
  for (uint32_t p = 0; p < partitions; p++) ends[p + 1] += ends[p];
  for (size_t i = 0; i < slots; i++) {
    const mr_entry *entry = &emitter->entries[i];
    if (entry->size)
      refs[ends[partition_of(entry, partitions)]++] = (mr_ref){__builtin_bswap64(entry->head), entry};
  }
  for (uint32_t p = 0; p < partitions; p++) {
    size_t first = p ? ends[p - 1] : 0;
    mr_sort(refs + first, spare, ends[p] - first, emitter->arena);
    for (size_t i = first; i < ends[p]; i++) write_entry(emitter, refs[i].entry, &writer);
    run->bounds[p + 1] = writer.blob.size;
  }
  free(refs);
  free(spare);
  free(ends);
  return blob_seal(&writer.blob, run->blob);
}
