// Measures rpc to an echo: caller ECHO WARMUP SAMPLES BATCH REQUESTS IN-FLIGHT
//
// Prints four whole numbers: the 50th and 99th percentile in nanoseconds, messages and requests a second. A sample is the
// mean of BATCH round trips, since the clock moves in steps of 20 us. Messages are as many as those, one after another.
#include "posiv_abi.h"
#include "posiv_runtime.h"
#include <stdlib.h>

#define PAYLOAD_BYTES 64
#define WAIT_MS 20000
#define MOST_SAMPLES 100000

static posiv_vtid_t echo;
static uint8_t payload[PAYLOAD_BYTES];
static double samples[MOST_SAMPLES];

static unsigned number(posiv_slice text) {
  unsigned value = 0;
  for (size_t i = 0; i < text.size; i++) value = value * 10 + (unsigned)(text.data[i] - '0');
  return value;
}

static posiv_payload_t body(void) { return (posiv_payload_t){payload, PAYLOAD_BYTES}; }

static void fail(const char *text) {
  posiv_print(text);
  __builtin_trap();
}

static void call(void) {
  posiv_ipc_rpc_result_t result = {0};
  posiv_ipc_rpc(echo, POSIV_STRING("echo"), WAIT_MS, body(), &result);
  if (!POSIV_OK(result) || result.val.ok.len != PAYLOAD_BYTES) fail(posiv_error());
  free(result.val.ok.ptr);
}

static void tell(void) {
  posiv_ipc_msg_result_t result = {0};
  posiv_ipc_msg(echo, POSIV_STRING("note"), body(), WAIT_MS, &result);
  if (!POSIV_OK(result)) fail(posiv_error());
}

static void begin(void) {
  posiv_ipc_start_rpc_result_t result = {0};
  posiv_ipc_start_rpc(echo, POSIV_STRING("echo"), WAIT_MS, body(), &result);
  if (!POSIV_OK(result)) fail(posiv_error());
}

static void complete(void) {
  posiv_ipc_receive_result_t result = {0};
  posiv_ipc_receive(WAIT_MS, &result);
  if (!POSIV_OK(result) || result.val.ok.tag != POSIV_EVENT_COMPLETION) fail("no completion");
  posiv_completion_t *completion = &result.val.ok.val.completion;
  if (completion->outcome.is_error) fail("a request failed");
  free(completion->outcome.val.ok.ptr);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double rate(unsigned count, uint64_t since) {
  uint64_t us = posiv_clock_monotonic_us() - since;
  return count * 1e6 / (double)(us ? us : 1);
}

// The library's printf would need the files of WASI.
static void print_number(double value) {
  char text[24], *at = text + sizeof text;
  *--at = 0;
  *--at = ' ';
  uint64_t rest = (uint64_t)(value + .5);
  do *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  posiv_print(at);
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  if (count != 6) return 2;
  echo = (posiv_vtid_t){(uint8_t *)cmd[0].data, cmd[0].size};
  unsigned warmup = number(cmd[1]), n = number(cmd[2]), batch = number(cmd[3]), requests = number(cmd[4]),
           in_flight = number(cmd[5]);
  if (n == 0 || n > MOST_SAMPLES || batch == 0) return 2;

  for (unsigned i = 0; i < warmup; i++) call();
  for (unsigned i = 0; i < n; i++) {
    uint64_t start = posiv_clock_monotonic_us();
    for (unsigned j = 0; j < batch; j++) call();
    samples[i] = (double)(posiv_clock_monotonic_us() - start) / batch;
  }
  qsort(samples, n, sizeof *samples, by_size);

  uint64_t start = posiv_clock_monotonic_us();
  for (unsigned i = 0; i < n * batch; i++) tell();
  double messages = rate(n * batch, start);

  unsigned begun = 0, ended = 0;
  start = posiv_clock_monotonic_us();
  for (; begun < in_flight && begun < requests; begun++) begin();
  for (; ended < requests; ended++) {
    complete();
    if (begun < requests) begin(), begun++;
  }
  double answered = rate(requests, start);

  print_number(samples[n / 2] * 1000);
  print_number(samples[(size_t)n * 99 / 100] * 1000);
  print_number(messages);
  print_number(answered);
  return 0;
}
