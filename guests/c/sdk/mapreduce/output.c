#include "mapreduce/output.h"
#include <stdlib.h>
#include <string.h>

void posiv_output_write(posiv_output *output, const void *bytes, size_t size) {
  if (output->failed || size > POSIV_OUTPUT_LIMIT - output->size) {
    output->failed = true;
    return;
  }
  if (output->size + size > output->room) {
    size_t room = output->room ? output->room : 256;
    while (room < output->size + size) room *= 2;
    output->bytes = realloc(output->bytes, room);
    if (!output->bytes) __builtin_trap();
    output->room = room;
  }
  memcpy(output->bytes + output->size, bytes, size);
  output->size += size;
}

void posiv_output_decimal(posiv_output *output, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  posiv_output_write(output, digits + at, sizeof digits - at);
}

uint64_t posiv_sum(const posiv_slice *values, size_t count) {
  uint64_t sum = 0, value;
  for (size_t i = 0; i < count; i++) {
    if (values[i].size != sizeof value) continue;
    memcpy(&value, values[i].data, sizeof value);
    sum += value;
  }
  return sum;
}
