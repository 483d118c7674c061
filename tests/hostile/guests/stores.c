// Appends to one blob, scratch if its first argument is that and else durable, until it is refused. Its status is 0 if that was
// for its quota, before it had written 2 MiB.
#include "posiv.h"
#include "posiv_runtime.h"
#include <string.h>

static uint8_t block[64 << 10];

int posiv_main(const posiv_slice *cmd, size_t count) {
  int scratch = count > 0 && cmd[0].size == 7 && memcmp(cmd[0].data, "scratch", 7) == 0;
  posiv_blobs_create_result_t made = {0};
  posiv_blobs_create(scratch ? POSIV_DURABILITY_SCRATCH : POSIV_DURABILITY_DURABLE, &made);
  if (made.is_error) return 1;
  for (int n = 0; n < 32; n++) {
    block[0] = (uint8_t)n; // no chunk is like another
    posiv_blobs_append_result_t result = {0};
    posiv_blobs_append(made.val.ok, (posiv_list_u8_t){block, sizeof block}, &result);
    if (result.is_error) return result.val.error.tag == POSIV_STORE_ERROR_QUOTA_EXCEEDED ? 0 : 2;
  }
  return 3;
}
