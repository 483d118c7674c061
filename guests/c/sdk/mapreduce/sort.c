#include "mapreduce/sort.h"
#include "mapreduce/run.h"

#define BY_INSERTION 12 // as many are sorted faster by insertion than by merging

int mr_compare(const uint8_t *a, uint32_t a_size, const uint8_t *b, uint32_t b_size) {
  int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
  return order ? order : (a_size > b_size) - (a_size < b_size);
}

uint64_t mr_prefix(const uint8_t *key, uint32_t size) {
  uint8_t first[8] = {0};
  memcpy(first, key, size < 8 ? size : 8);
  return __builtin_bswap64(mr_load(first));
}

static inline int before(const mr_ref *a, const mr_ref *b, const uint8_t *arena) {
  if (a->prefix != b->prefix) return a->prefix < b->prefix;
  return mr_compare(arena + a->entry->at, a->entry->size, arena + b->entry->at, b->entry->size) < 0;
}

static void insert_sort(mr_ref *refs, size_t count, const uint8_t *arena) {
  for (size_t i = 1; i < count; i++) {
    mr_ref moved = refs[i];
    size_t at = i;
    for (; at > 0 && before(&moved, &refs[at - 1], arena); at--) refs[at] = refs[at - 1];
    refs[at] = moved;
  }
}

void mr_sort(mr_ref *refs, mr_ref *spare, size_t count, const uint8_t *arena) {
  if (count <= BY_INSERTION) {
    insert_sort(refs, count, arena);
    return;
  }
  size_t half = count / 2;
  mr_sort(refs, spare, half, arena);
  mr_sort(refs + half, spare, count - half, arena);
  memcpy(spare, refs, half * sizeof *refs);
  size_t left = 0, right = half;
  for (size_t to = 0; left < half; to++) {
    refs[to] = right < count && before(&refs[right], &spare[left], arena) ? refs[right++] : spare[left++];
  }
}
