// Writes `word<TAB>count` and a line feed for each word.
#include "mapreduce.h"

const char *posiv_reduce(posiv_slice word, const posiv_slice *counts, size_t count, posiv_output *output) {
  posiv_output_write(output, word.data, word.size);
  posiv_output_write(output, "\t", 1);
  posiv_output_decimal(output, posiv_sum(counts, count));
  posiv_output_write(output, "\n", 1);
  return NULL;
}
