// A reduce image seen as `posiv:mapreduce/reducer`: the author's function without the runtime.
#include "mapreduce.h"

__attribute__((export_name("posiv:mapreduce/reducer@0.1.0#reduce"))) void *reduce(const char *key, size_t size,
                                                                                    const posiv_slice *values,
                                                                                    size_t count) {
  static uint32_t result[3]; // result<list<u8>, string>
  static posiv_output output;
  output.size = 0;
  const char *error = posiv_reduce((posiv_slice){key, size}, values, count, &output);
  if (output.failed) error = "the result of a key has more than 64 MiB";
  result[0] = error != NULL;
  result[1] = (uint32_t)(uintptr_t)(error ? error : (const char *)output.bytes);
  result[2] = (uint32_t)(error ? __builtin_strlen(error) : output.size);
  return result;
}
