// Has all senders send at once, and prints the microseconds until each has: stream ECHO SENDER...
#include "posiv_abi.h"
#include "posiv_runtime.h"

#define WAIT_MS 60000

static void fail(const char *text) {
  posiv_print(text);
  __builtin_trap();
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  posiv_payload_t echo = {(uint8_t *)cmd[0].data, cmd[0].size};
  uint64_t start = posiv_clock_monotonic_us();
  for (size_t i = 1; i < count; i++) {
    posiv_ipc_start_rpc_result_t result = {0};
    posiv_vtid_t sender = {(uint8_t *)cmd[i].data, cmd[i].size};
    posiv_ipc_start_rpc(sender, POSIV_STRING("tell"), WAIT_MS, echo, &result);
    if (!POSIV_OK(result)) fail(posiv_error());
  }
  for (size_t i = 1; i < count; i++) {
    posiv_ipc_receive_result_t result = {0};
    posiv_ipc_receive(WAIT_MS, &result);
    if (!POSIV_OK(result) || result.val.ok.tag != POSIV_EVENT_COMPLETION) fail("no completion");
    if (result.val.ok.val.completion.outcome.is_error) fail("a sender failed");
  }
  uint64_t us = posiv_clock_monotonic_us() - start;
  char text[24], *at = text + sizeof text;
  *--at = 0;
  do *--at = (char)('0' + us % 10);
  while (us /= 10);
  posiv_print(at);
  return 0;
}
