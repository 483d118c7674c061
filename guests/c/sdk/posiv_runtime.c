#include "posiv_runtime.h"
#include "posiv_abi.h"
#include <stdlib.h>
#include <string.h>

const char *const posiv_error_codes[] = {"no-such-task",   "timeout",        "unreachable",    "refused",
                                         "mailbox-full",   "would-deadlock", "handler-failed", "task-died",
                                         "quota-exceeded", "other"};
const char *const posiv_store_errors[] = {"not-found", "refused",        "unreachable", "corrupt",
                                          "full",      "quota-exceeded", "other"};

_Static_assert(sizeof(posiv_slice) == sizeof(posiv_string_t), "cmd is passed on as it is");

static char last_error[512], failure[512];
static uint8_t *target;
static size_t target_room;

static void keep(char *room, size_t size, const char *text, size_t length) {
  size_t used = strlen(room), fits = size - 1 - used;
  if (length > fits) length = fits;
  memcpy(room + used, text, length);
  room[used + length] = 0;
}

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  if (size == 0) return (void *)align;
  if (old_size == 0 && align == 1 && target && size <= target_room) {
    target_room = 0;
    return target;
  }
  void *memory = realloc(old_size ? old : NULL, size); // malloc aligns to 16, no type of ours needs more
  if (!memory) __builtin_trap();
  return memory;
}

void posiv_receive_into(uint8_t *bytes, size_t room) {
  target = bytes;
  target_room = room;
}

void posiv_release(posiv_string_t given) {
  if (given.len && given.ptr != target) free(given.ptr);
}

void posiv_free(posiv_slice given) { posiv_release(posiv_string_of(given)); }

void posiv_keep_error(uint8_t tag, posiv_string_t text, const char *const *names) {
  last_error[0] = 0;
  keep(last_error, sizeof last_error, names[tag], strlen(names[tag]));
  if (text.len == 0) return;
  keep(last_error, sizeof last_error, ": ", 2);
  keep(last_error, sizeof last_error, (const char *)text.ptr, text.len);
}

bool posiv_succeeded(bool is_error, uint8_t tag, posiv_string_t text, const char *const *names) {
  if (!is_error) return true;
  posiv_keep_error(tag, text, names);
  posiv_release(text);
  return false;
}

const char *posiv_error(void) { return last_error; }

void posiv_fail(const char *text) {
  if (!failure[0]) keep(failure, sizeof failure, text, strlen(text));
}

static void write_log(posiv_channel_t channel, const char *text) {
  posiv_log_write(channel, (posiv_list_u8_t){(uint8_t *)text, strlen(text)});
}

void posiv_print(const char *text) { write_log(POSIV_CHANNEL_OUTPUT, text); }

void posiv_log(const char *text) { write_log(POSIV_CHANNEL_INFO, text); }

bool posiv_register_rpc(const char *identity) {
  posiv_ipc_register_rpc_result_t result = {0};
  posiv_ipc_register_rpc(posiv_text(identity), &result);
  return POSIV_OK(result);
}

static posiv_string_t bytes_of(posiv_payload_t payload) { return (posiv_string_t){payload.ptr, payload.len}; }

void posiv_event_free(const posiv_event_t *event) {
  const posiv_completion_t *completion = &event->val.completion;
  const posiv_change_t *change = &event->val.notice.change;
  switch (event->tag) {
  case POSIV_EVENT_REQUEST:
    posiv_release(event->val.request.caller);
    posiv_release(event->val.request.identity);
    posiv_release(bytes_of(event->val.request.args));
    break;
  case POSIV_EVENT_MESSAGE:
    posiv_release(event->val.message.sender);
    posiv_release(event->val.message.identity);
    posiv_release(bytes_of(event->val.message.body));
    break;
  case POSIV_EVENT_COMPLETION:
    if (completion->outcome.is_error) posiv_release(completion->outcome.val.error.val.other);
    else posiv_release(bytes_of(completion->outcome.val.ok));
    break;
  case POSIV_EVENT_NOTICE:
    posiv_release(event->val.notice.vtid);
    if (change->tag == POSIV_CHANGE_DIED && change->val.died.tag != POSIV_EXIT_REASON_EXITED)
      posiv_release(change->val.died.val.failed);
    break;
  }
}

bool posiv_receive_request(uint32_t timeout_ms, posiv_request *request) {
  for (;;) {
    posiv_ipc_receive_result_t result = {0};
    posiv_ipc_receive(timeout_ms, &result);
    if (!POSIV_OK(result)) return false;
    if (result.val.ok.tag == POSIV_EVENT_REQUEST) {
      *request = posiv_request_of(&result.val.ok.val.request);
      return true;
    }
    posiv_event_free(&result.val.ok); // nobody here asked for it
  }
}

static bool answer(uint32_t token, const posiv_result_payload_string_t *outcome) {
  posiv_ipc_reply_result_t result = {0};
  posiv_ipc_reply(token, outcome, &result);
  return POSIV_OK(result);
}

bool posiv_reply(uint32_t token, const uint8_t *bytes, size_t size) {
  return answer(token, &(posiv_result_payload_string_t){.val.ok = {(uint8_t *)bytes, size}});
}

bool posiv_reply_error(uint32_t token, const char *text) {
  return answer(token, &(posiv_result_payload_string_t){.is_error = true, .val.error = posiv_text(text)});
}

void posiv_request_free(posiv_request *request) {
  posiv_free(request->caller);
  posiv_free(request->identity);
  posiv_free(request->args);
}

__attribute__((export_name("posiv:kernel/program@0.1.0#run"))) void *posiv_run(posiv_string_t *cmd, size_t count) {
  static struct {
    bool is_error;
    union {
      uint32_t ok;
      posiv_string_t error;
    } val;
  } result;
  int status = posiv_main((const posiv_slice *)cmd, count);
  for (size_t i = 0; i < count; i++) posiv_release(cmd[i]);
  if (count) free(cmd);
  result.is_error = failure[0] != 0;
  if (result.is_error) result.val.error = posiv_text(failure);
  else result.val.ok = (uint32_t)status;
  return &result;
}
