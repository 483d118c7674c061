// spawner IMAGE COUNT AT-ONCE: makes and starts so many vTasks and waits for the exit of each.
//
// Prints the microseconds that all of it took.
#include "posiv_abi.h"
#include "posiv_runtime.h"

#define WAIT_MS 60000

static unsigned number(posiv_slice text) {
  unsigned value = 0;
  for (size_t i = 0; i < text.size; i++) value = value * 10 + (unsigned)(text.data[i] - '0');
  return value;
}

static void fail(const char *text) {
  posiv_print(text);
  __builtin_trap();
}

static void spawn(posiv_string_t image) {
  posiv_vtask_new_result_t made = {0};
  posiv_vtask_new(NULL, image, (posiv_list_string_t){0}, NULL, &made);
  if (!POSIV_OK(made)) fail(posiv_error());
  posiv_monitor_on_exit_result_t watched = {0};
  posiv_monitor_on_exit(made.val.ok, &watched);
  if (!POSIV_OK(watched)) fail(posiv_error());
  posiv_vtask_sched_result_t scheduled = {0};
  posiv_vtask_sched(made.val.ok, &scheduled);
  if (!POSIV_OK(scheduled)) fail(posiv_error());
  posiv_release(made.val.ok);
}

static void wait_for_one(void) {
  posiv_ipc_receive_result_t result = {0};
  posiv_ipc_receive(WAIT_MS, &result);
  if (!POSIV_OK(result) || result.val.ok.tag != POSIV_EVENT_NOTICE) fail("no exit");
  posiv_release(result.val.ok.val.notice.vtid);
}

static void print_number(uint64_t value) {
  char text[24], *at = text + sizeof text;
  *--at = 0;
  do *--at = (char)('0' + value % 10);
  while (value /= 10);
  posiv_print(at);
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  if (count != 3) return 2;
  posiv_string_t image = {(uint8_t *)cmd[0].data, cmd[0].size};
  unsigned all = number(cmd[1]), at_once = number(cmd[2]), begun = 0;
  uint64_t start = posiv_clock_monotonic_us();
  for (; begun < at_once && begun < all; begun++) spawn(image);
  for (unsigned ended = 0; ended < all; ended++) {
    wait_for_one();
    if (begun < all) spawn(image), begun++;
  }
  print_number(posiv_clock_monotonic_us() - start);
  return 0;
}
