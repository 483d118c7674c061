// What Lunatic takes for what vTasks do, by its own host functions.
//
// rpc WARMUP SAMPLES BATCH REQUESTS IN-FLIGHT: what rpc/guests/caller.c measures, between two processes of this runtime. Prints
// nanoseconds at the 50th and 99th percentile, then what was done each second: round trips one by one, requests with so many in
// flight, and messages that nobody waits for until the last of them.
// spawn ALL AT-ONCE: prints the microseconds from the spawn of a process that does nothing but say so to its word, with AT-ONCE of
// them at a time.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOST(module, name) __attribute__((import_module("lunatic::" module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

HOST("process", "spawn")
uint32_t process_spawn(int64_t link, int64_t config, int64_t module, const char *function, uint32_t size,
                       const uint8_t *params, uint32_t params_size, uint64_t *id);
HOST("process", "process_id") uint64_t process_id(void);
HOST("message", "create_data") void create_data(int64_t tag, uint64_t capacity);
HOST("message", "write_data") uint32_t write_data(const void *data, uint32_t size);
HOST("message", "read_data") uint32_t read_data(void *data, uint32_t size);
HOST("message", "get_tag") int64_t get_tag(void);
HOST("message", "send") uint32_t send_to(uint64_t process);
HOST("message", "receive") uint32_t receive(const int64_t *tags, uint32_t count, uint64_t timeout_ms);

#define PAYLOAD_BYTES 64
#define PARAM_BYTES 17
#define TYPE_I64 0x7e
#define FOR_EVER UINT64_MAX

enum { CALL = 1, NOTE, ANSWER, ENDED };

struct call {
  uint64_t from;
  uint8_t payload[PAYLOAD_BYTES];
};

static void fail(const char *text) {
  fprintf(stderr, "%s\n", text);
  abort();
}

static int64_t next_message(void) {
  if (receive(NULL, 0, FOR_EVER) != 0) fail("a signal came where a message should");
  return get_tag();
}

static void post(uint64_t process, int64_t tag, const void *data, uint32_t size) {
  create_data(tag, size);
  write_data(data, size);
  send_to(process);
}

EXPORT("echo") void echo(void) {
  struct call call;
  for (;;) {
    int64_t tag = next_message();
    read_data(&call, sizeof call);
    if (tag == CALL) post(call.from, ANSWER, call.payload, PAYLOAD_BYTES);
  }
}

EXPORT("nothing") void nothing(int64_t parent) { post((uint64_t)parent, ENDED, "", 0); }

static uint64_t spawn(const char *function, const uint64_t *param) {
  uint8_t params[PARAM_BYTES] = {TYPE_I64};
  uint64_t id;
  if (param) memcpy(params + 1, param, sizeof *param);
  if (process_spawn(0, -1, -1, function, strlen(function), params, param ? PARAM_BYTES : 0, &id) != 0)
    fail("a process could not be spawned");
  return id;
}

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static struct call request;

static void begin(uint64_t echo_id) { post(echo_id, CALL, &request, sizeof request); }

static void complete(void) {
  uint8_t payload[PAYLOAD_BYTES];
  if (next_message() != ANSWER || read_data(payload, sizeof payload) != PAYLOAD_BYTES) fail("no answer");
}

static void call(uint64_t echo_id) {
  begin(echo_id);
  complete();
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double rate(double count, double since) { return count * 1e9 / (now_ns() - since); }

static void rpc(int warmup, int samples, int batch, int requests, int in_flight) {
  uint64_t echo_id = spawn("echo", NULL);
  request.from = process_id();
  memset(request.payload, 'x', PAYLOAD_BYTES);
  for (int i = 0; i < warmup; i++) call(echo_id);
  double *ns = malloc(samples * sizeof *ns);
  double start = now_ns();
  for (int i = 0; i < samples; i++) {
    double since = now_ns();
    for (int j = 0; j < batch; j++) call(echo_id);
    ns[i] = (now_ns() - since) / batch;
  }
  double one = rate((double)samples * batch, start);
  qsort(ns, samples, sizeof *ns, by_size);
  start = now_ns();
  for (int i = 0; i < in_flight; i++) begin(echo_id);
  for (int i = in_flight; i < requests; i++) {
    complete();
    begin(echo_id);
  }
  for (int i = 0; i < in_flight; i++) complete();
  double many = rate(requests, start);
  start = now_ns();
  for (int i = 0; i < requests - 1; i++) post(echo_id, NOTE, &request, sizeof request);
  call(echo_id); // it is answered after all that came before
  double stream = rate(requests, start);
  printf("%f %f %f %f %f\n", ns[samples / 2], ns[samples * 99 / 100], one, many, stream);
}

static void spawned(int all, int at_once) {
  uint64_t self = process_id();
  for (int i = 0; i < at_once; i++) spawn("nothing", &self);
  for (int i = 0; i < all; i++) {
    if (next_message() != ENDED) fail("no word of an end");
    if (i + at_once < all) spawn("nothing", &self);
  }
}

int main(int argc, char **argv) {
  int numbers[5] = {0};
  for (int i = 0; i < 5 && i + 2 < argc; i++) numbers[i] = atoi(argv[i + 2]);
  if (argc > 2 && strcmp(argv[1], "rpc") == 0)
    rpc(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
  else if (argc > 2 && strcmp(argv[1], "spawn") == 0) {
    spawned(numbers[0], numbers[1]); // to warm up
    double since = now_ns();
    spawned(numbers[0], numbers[1]);
    printf("%f\n", (now_ns() - since) / numbers[0] / 1000);
  } else
    fail("see the head of its source");
  return 0;
}
