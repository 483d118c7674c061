// Says one word, and ends.
#include "posiv_runtime.h"

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  posiv_print(".");
  return 0;
}
