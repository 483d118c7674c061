// Ends at once.
#include "posiv_runtime.h"

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  return 0;
}
