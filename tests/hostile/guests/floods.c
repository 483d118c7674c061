// Does without end, or as far as it is let, what its first argument names, to the vTask that the second names. Where it
// comes to an end by itself its status is 0 if it was held, and else says what it got away with.
#include "posiv_abi.h"
#include "posiv_runtime.h"
#include <stdlib.h>
#include <string.h>

static uint8_t payload[256 << 10];
static posiv_string_t words[3];

static int is(const char *what) {
  return words[0].len == strlen(what) && memcmp(words[0].ptr, what, words[0].len) == 0;
}
static posiv_payload_t body(size_t size) { return (posiv_payload_t){payload, size}; }

static void mail(posiv_vtid_t to, const char *identity, size_t size) {
  posiv_ipc_msg_result_t result = {0};
  posiv_ipc_msg(to, posiv_text(identity), body(size), 1000, &result);
  POSIV_OK(result);
}

// Sends as many requests as it may, and drops their answers.
static void storm(posiv_vtid_t to) {
  for (;;) {
    posiv_ipc_start_rpc_result_t begun = {0};
    posiv_ipc_start_rpc(to, POSIV_STRING("do"), 1000, body(1024), &begun);
    if (POSIV_OK(begun)) continue;
    posiv_ipc_receive_result_t got = {0};
    posiv_ipc_receive(1000, &got);
    if (!POSIV_OK(got) || got.val.ok.tag != POSIV_EVENT_COMPLETION) continue;
    if (!got.val.ok.val.completion.outcome.is_error) free(got.val.ok.val.completion.outcome.val.ok.ptr);
  }
}

static int spawn(void) {
  posiv_vtask_new_result_t made = {0};
  posiv_vtask_new(NULL, words[1], (posiv_list_string_t){words, 2}, NULL, &made);
  if (!POSIV_OK(made)) return 0;
  posiv_vtask_sched_result_t started = {0};
  posiv_vtask_sched(made.val.ok, &started);
  free(made.val.ok.ptr);
  return POSIV_OK(started);
}

// Watches without end; held if it is told that there is a limit.
static int watch(posiv_vtid_t whom) {
  for (int n = 0; n < 20000; n++) {
    posiv_monitor_on_die_result_t result = {0};
    posiv_monitor_on_die(whom, &result);
    if (result.is_error) return result.val.error.tag == POSIV_ERROR_CODE_QUOTA_EXCEEDED ? 0 : 2;
  }
  return 1;
}

// Everything that can be done to a vTask that it may not know of: each must answer as if there were none.
static int forge(posiv_vtid_t whom) {
#define NONE(call, type, status) \
  do { \
    type result = {0}; \
    call; \
    if (!result.is_error || result.val.error.tag != POSIV_ERROR_CODE_NO_SUCH_TASK) return status; \
  } while (0)
  NONE(posiv_ipc_rpc(whom, POSIV_STRING("do"), 1000, body(1), &result), posiv_ipc_rpc_result_t, 1);
  NONE(posiv_ipc_msg(whom, POSIV_STRING("do"), body(1), 1000, &result), posiv_ipc_msg_result_t, 2);
  NONE(posiv_vtask_kill(whom, &result), posiv_vtask_kill_result_t, 3);
  NONE(posiv_vtask_sched(whom, &result), posiv_vtask_sched_result_t, 4);
  NONE(posiv_vtask_info(whom, &result), posiv_vtask_info_result_t, 5);
  NONE(posiv_monitor_on_die(whom, &result), posiv_monitor_on_die_result_t, 6);
  NONE(posiv_log_read(whom, 0, 0, &result), posiv_log_read_result_t, 7);
  return 0;
}

static int quota(bool is_error, posiv_error_code_t error) {
  return is_error && error.tag == POSIV_ERROR_CODE_QUOTA_EXCEEDED;
}

// Watches until it is refused: held if that was for its quota, after so many.
static int watches(posiv_vtid_t whom, int most) {
  for (int n = 0; n <= most; n++) {
    posiv_monitor_on_die_result_t result = {0};
    posiv_monitor_on_die(whom, &result);
    if (result.is_error) return quota(true, result.val.error) && n == most ? 0 : 2;
  }
  return 1;
}

// The same with requests to one that does not answer.
static int requests(posiv_vtid_t whom, int most) {
  for (int n = 0; n <= most; n++) {
    posiv_ipc_start_rpc_result_t begun = {0};
    posiv_ipc_start_rpc(whom, POSIV_STRING("do"), 60000, body(1), &begun);
    if (begun.is_error) return quota(true, begun.val.error) && n <= most ? 0 : 2;
  }
  return 1;
}

// Writes for half a second as fast as it may: held if that was no more often than so.
static int entries(int most) {
  uint64_t until = posiv_clock_monotonic_us() + 500000;
  int n = 0;
  while (posiv_clock_monotonic_us() < until) posiv_log_write(POSIV_CHANNEL_INFO, (posiv_list_u8_t){payload, 64 << 10}), n++;
  return n > most;
}

// Gives a child what it does not hold itself.
static int grant(void) {
  posiv_string_t grants[] = {POSIV_STRING("posiv:kernel"), POSIV_STRING("posiv:admin")};
  posiv_options_t options = {.grants = {.is_some = true, .val = {grants, 2}}};
  posiv_vtask_new_result_t made = {0};
  posiv_vtask_new(NULL, words[1], (posiv_list_string_t){words, 0}, &options, &made);
  return made.is_error && made.val.error.tag == POSIV_ERROR_CODE_REFUSED ? 0 : 1;
}

// Asks itself, which it could never answer.
static int cycle(void) {
  posiv_vtid_t self = {0};
  posiv_vtask_self(&self);
  posiv_ipc_rpc_result_t result = {0};
  posiv_ipc_rpc(self, POSIV_STRING("do"), POSIV_NEVER, body(1), &result);
  return result.is_error && result.val.error.tag == POSIV_ERROR_CODE_WOULD_DEADLOCK ? 0 : 1;
}

// Answers requests that it was never asked: each must be refused.
static int tokens(void) {
  for (uint32_t n = 0; n < 10000; n++) {
    posiv_ipc_reply_result_t result = {0};
    posiv_result_payload_string_t outcome = {.val.ok = body(1)};
    posiv_ipc_reply(n < 5000 ? n : 0u - n, &outcome, &result);
    if (!result.is_error) return 1;
  }
  return 0;
}

// The smallest step that the clock makes, in microseconds: held if it is 20 or more.
static int time_steps(void) {
  uint64_t smallest = ~0ull, before = posiv_clock_monotonic_us();
  for (int n = 0; n < 2000000; n++) {
    uint64_t now = posiv_clock_monotonic_us();
    if (now < before) return 2;
    if (now != before && now - before < smallest) smallest = now - before;
    before = now;
  }
  return smallest < 20;
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  for (size_t at = 0; at < count && at < 3; at++) words[at] = (posiv_string_t){(uint8_t *)cmd[at].data, cmd[at].size};
  if (is("mail")) for (;;) mail(words[1], "note", sizeof payload);
  if (is("small mail")) for (;;) mail(words[1], "do", 0);
  if (is("log")) for (;;) posiv_log_write(POSIV_CHANNEL_INFO, (posiv_list_u8_t){payload, 64 << 10});
  if (is("log lines")) for (;;) posiv_log("x");
  if (is("output")) for (;;) posiv_print("x");
  if (is("storm")) storm(words[1]);
  if (is("spawn")) for (;;) spawn();
  if (is("watch")) return watch(words[1]);
  if (is("forge")) return forge(words[1]);
  if (is("grant")) return grant();
  if (is("cycle")) return cycle();
  if (is("watches")) return watches(words[1], 10);
  if (is("requests")) return requests(words[1], 10);
  if (is("rate")) return requests(words[1], 100);
  if (is("entries")) return entries(3);
  if (is("tokens")) return tokens();
  if (is("time")) return time_steps();
  return 99;
}
