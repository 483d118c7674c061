#include "vtask.h"
#include "posiv_abi.h"

posiv_slice vtask_self(void) {
  posiv_vtid_t vtid;
  posiv_vtask_self(&vtid);
  return posiv_slice_of(vtid);
}

void vtask_exit(uint32_t status) { posiv_vtask_exit(status); }

bool vtask_find(const char *name, posiv_slice *vtid) {
  posiv_vtask_find_result_t result = {0};
  posiv_vtask_find(posiv_text(name), &result);
  if (!POSIV_OK(result)) return false;
  *vtid = posiv_slice_of(result.val.ok);
  return true;
}

bool vtask_new(const char *name, posiv_slice path, const posiv_slice *cmd, size_t count, const posiv_options_t *options,
               posiv_slice *vtid) {
  posiv_string_t text = name ? posiv_text(name) : (posiv_string_t){0};
  posiv_list_string_t words = {(posiv_string_t *)cmd, count};
  posiv_vtask_new_result_t result = {0};
  posiv_vtask_new(name ? &text : NULL, posiv_string_of(path), words, options, &result);
  if (!POSIV_OK(result)) return false;
  *vtid = posiv_slice_of(result.val.ok);
  return true;
}

bool vtask_sched(posiv_slice vtid) {
  posiv_vtask_sched_result_t result = {0};
  posiv_vtask_sched(posiv_string_of(vtid), &result);
  return POSIV_OK(result);
}

bool vtask_kill(posiv_slice vtid) {
  posiv_vtask_kill_result_t result = {0};
  posiv_vtask_kill(posiv_string_of(vtid), &result);
  return POSIV_OK(result);
}

bool vtask_rpc(posiv_slice vtid, const char *identity, uint32_t timeout_ms, posiv_slice args, posiv_slice *given) {
  posiv_ipc_rpc_result_t result = {0};
  posiv_ipc_rpc(posiv_string_of(vtid), posiv_text(identity), timeout_ms, posiv_payload_of(args), &result);
  if (!POSIV_OK(result)) return false;
  *given = (posiv_slice){(const char *)result.val.ok.ptr, result.val.ok.len};
  return true;
}

bool vtask_msg(posiv_slice vtid, const char *identity, posiv_slice body, uint32_t timeout_ms) {
  posiv_ipc_msg_result_t result = {0};
  posiv_ipc_msg(posiv_string_of(vtid), posiv_text(identity), posiv_payload_of(body), timeout_ms, &result);
  return POSIV_OK(result);
}
