// Computes without end.
#include "posiv_abi.h"
#include "posiv_runtime.h"

int posiv_main(const posiv_slice *cmd, size_t count) {
  for (volatile unsigned turns = 0;; turns++) {
  }
}
