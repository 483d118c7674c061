// Passes every shape of parameter that the imports of POSIV have, and checks what comes back: `run` gives the number of
// the first check that failed, 0 if none did.
#include "posiv.h"

#ifdef __cplusplus
extern "C" {
#endif

static uint8_t heap[1 << 16];
static size_t used;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)old;
  (void)old_size;
  used = (used + align - 1) & ~(align - 1);
  void *piece = heap + used;
  used += size;
  return piece;
}

static bool same(posiv_string_t text, posiv_string_t other) {
  if (text.len != other.len) return false;
  for (size_t i = 0; i < text.len; i++)
    if (text.ptr[i] != other.ptr[i]) return false;
  return true;
}

static uint32_t check(void) {
  posiv_string_t cmd[2] = {POSIV_STRING("one"), POSIV_STRING("two")};
  posiv_string_t near[1] = {POSIV_STRING("n1")};
  posiv_string_t grants[1] = {POSIV_STRING("posiv:vstore")};
  posiv_tuple_string_string_t environment[1];
  environment[0].f0 = POSIV_STRING("key");
  environment[0].f1 = POSIV_STRING("value");
  posiv_options_t options;
  options.detached = true;
  options.node.is_some = false;
  options.near.ptr = near;
  options.near.len = 1;
  options.grants.is_some = true;
  options.grants.val.ptr = grants;
  options.grants.val.len = 1;
  options.quota.memory_pages = 3;
  options.quota.mailbox_bytes = 4;
  options.quota.scratch_bytes = 5;
  options.environment.ptr = environment;
  options.environment.len = 1;
  options.restart = POSIV_RESTART_ON_FAILURE;
  posiv_string_t name = POSIV_STRING("name");
  posiv_list_string_t list = {cmd, 2};
  posiv_vtask_new_result_t made;
  posiv_vtask_new(&name, POSIV_STRING("/image"), list, &options, &made);
  if (made.is_error || !same(made.val.ok, POSIV_STRING("vt-1"))) return 1;

  posiv_vtask_info_result_t info;
  posiv_vtask_info(made.val.ok, &info);
  if (info.is_error || info.val.ok.state != POSIV_STATE_DIED || info.val.ok.mailbox_bytes != 77) return 2;
  if (info.val.ok.created_ms != 1ull << 40 || info.val.ok.memory_bytes != (1ull << 33) + 1) return 3;
  if (!info.val.ok.name.is_some || !same(info.val.ok.name.val, POSIV_STRING("n\xc3\xa4me"))) return 4;
  if (info.val.ok.creator.is_some || !info.val.ok.reason.is_some) return 5;
  if (info.val.ok.reason.val.tag != POSIV_EXIT_REASON_TRAPPED) return 6;
  if (!same(info.val.ok.reason.val.val.trapped, POSIV_STRING("unreachable"))) return 7;

  if (info.val.ok.cpu_us != 1ull << 34 || info.val.ok.quota.scratch_bytes != 1ull << 35) return 13;
  if (info.val.ok.refusals.len != 1 || info.val.ok.refusals.ptr[0].limit != POSIV_LIMIT_LIFE_MS) return 14;
  if (info.val.ok.refusals.ptr[0].count != 1ull << 36) return 15;

  posiv_result_payload_string_t outcome;
  outcome.is_error = true;
  outcome.val.error = POSIV_STRING("bad");
  posiv_ipc_reply_result_t replied;
  posiv_ipc_reply(7, &outcome, &replied);
  if (!replied.is_error || replied.val.error.tag != POSIV_ERROR_CODE_REFUSED) return 8;
  if (!same(replied.val.error.val.refused, POSIV_STRING("no token"))) return 9;

  posiv_vtask_list_result_t tasks;
  posiv_vtask_list(NULL, &tasks);
  if (tasks.is_error || tasks.val.ok.len != 2) return 10;
  if (!same(tasks.val.ok.ptr[1].image, POSIV_STRING("/image"))) return 11;

  posiv_list_u8_t text = {(uint8_t *)"done", 4};
  posiv_log_write(POSIV_CHANNEL_INFO, text);
  return 0;
}

__attribute__((export_name("posiv:kernel/program@0.1.0#run"))) void *run(posiv_string_t *cmd, size_t count) {
  static struct {
    uint8_t is_error;
    uint32_t status;
    uint32_t unused;
  } result;
  (void)cmd;
  (void)count;
  result.is_error = 0;
  result.status = check();
  return &result;
}

#ifdef __cplusplus
}
#endif
