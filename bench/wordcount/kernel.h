// The word count of the map guest, table and all, for programs that have nothing else of vStarCloud.
#ifndef VSTAR_BENCH_KERNEL_H
#define VSTAR_BENCH_KERNEL_H
#include "mapreduce.h"

#define KERNEL_SLACK POSIV_BLOCK_SLACK // bytes after a text that must be readable

void kernel_init(posiv_emitter *table);

// Counts the words of text[0, end) that begin in text[from, to). text[from - 1], if any, tells whether one begins there.
void kernel_count(posiv_emitter *table, const uint8_t *text, size_t from, size_t to, size_t end);

// Adds to the count of a word.
void kernel_add(posiv_emitter *table, const uint8_t *word, uint32_t size, uint64_t count);

// `word<TAB>count` lines, sorted by the bytes of the words; the caller frees it.
uint8_t *kernel_format(const posiv_emitter *table, size_t *size);

#endif
