// Says hello to each name it is given, and exits 0.
#include "posiv_runtime.h"
#include <string.h>

int posiv_main(const posiv_slice *names, size_t count) {
  char line[128];
  for (size_t i = 0; i < count; i++) {
    size_t size = names[i].size < sizeof line - 9 ? names[i].size : sizeof line - 9;
    memcpy(line, "hello, ", 7);
    memcpy(line + 7, names[i].data, size);
    memcpy(line + 7 + size, "\n", 2);
    posiv_print(line);
  }
  if (count == 0) posiv_print("hello, world\n");
  return 0;
}
