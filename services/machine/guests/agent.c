// The vTask that stands for one virtual machine, on the node that this runs on: it makes the machine, or takes it over from another
// node, and answers for it. Its start, exit and death are those of the machine; its output is the machine's console. See ../README.md
// for what it answers. In C, since there is one for each machine: an interpreter would take most of what making one costs.
#include "agent-answers.h"
#include "agent-order.h"
#include "posiv_abi.h"
#include "service.h"
#include <stdlib.h>
#include <string.h>

#define ASKED_WITHIN_MS 30000 // who made this asks at once
#define NOT_KEPT 3            // as in kept.ts

// How making it went, for who asks; its texts stay for as long as the vTask.
static posiv_hypervisor_create_result_t made;
static bool is_told;

static void fail(uint32_t token, const posiv_machine_error_t *error) {
  char *why = machine_error_text(error);
  posiv_reply_error(token, why);
  free(why);
  machine_error_free(error);
}

static void tell_made(const posiv_request *request) {
  answer_made(request->token, &made);
  is_told = true;
}

static void tell_stats(const posiv_request *request) {
  posiv_hypervisor_stats_result_t result = {0};
  posiv_hypervisor_stats(&result);
  if (result.is_error) return fail(request->token, &result.val.error);
  answer_stats(request->token, &result.val.ok);
  const posiv_option_move_t *moved = &result.val.ok.moved;
  if (moved->is_some) posiv_release(moved->val.from);
}

static void pause(const posiv_request *request) {
  posiv_hypervisor_pause_result_t result = {0};
  posiv_hypervisor_pause(&result);
  if (result.is_error) fail(request->token, &result.val.error);
  else answer_nothing(request->token);
}

static void resume(const posiv_request *request) {
  posiv_hypervisor_resume_result_t result = {0};
  posiv_hypervisor_resume(&result);
  if (result.is_error) fail(request->token, &result.val.error);
  else answer_nothing(request->token);
}

static bool bind_to(const posiv_request *request, const char *name, posiv_blob_id_t blob) {
  cbor_reader reader = cbor_find((const uint8_t *)request->args.data, request->args.size, name);
  size_t size;
  const char *path = cbor_read_text(&reader, &size);
  posiv_files_bind_result_t result = {0};
  if (reader.failed) {
    posiv_reply_error(request->token, "the request is malformed: it has paths, `memory` and `disk`");
    return false;
  }
  posiv_files_bind((posiv_string_t){(uint8_t *)path, size}, blob, &result);
  if (!POSIV_STORE_OK(result)) {
    posiv_reply_error(request->token, posiv_error());
    return false;
  }
  posiv_release(result.val.ok.path);
  posiv_release(result.val.ok.blob);
  return true;
}

// Binds what was kept to the paths of a request, and answers. The disk last: where it is there, so is all.
static bool keep(const posiv_request *request, const posiv_snapshot_t *kept) {
  bool is_kept = (!kept->memory.is_some || bind_to(request, "memory", kept->memory.val)) &&
                 bind_to(request, "disk", kept->disk);
  if (is_kept) answer_snapshot(request->token, kept);
  posiv_release(kept->disk);
  if (kept->memory.is_some) posiv_release(kept->memory.val);
  if (kept->cpu.is_some) posiv_release(kept->cpu.val);
  return is_kept;
}

// Without its machine there is nothing left to stand for.
static void leave(const posiv_request *request, const posiv_hypervisor_suspend_result_t *result) {
  if (result->is_error) fail(request->token, &result->val.error);
  else vtask_exit(keep(request, &result->val.ok) ? 0 : NOT_KEPT);
}

static void suspend(const posiv_request *request) {
  posiv_hypervisor_suspend_result_t result = {0};
  posiv_hypervisor_suspend(&result);
  leave(request, &result);
}

static void stop(const posiv_request *request) {
  posiv_hypervisor_stop_result_t result = {0};
  posiv_hypervisor_stop(&result);
  leave(request, &result);
}

static void snapshot(const posiv_request *request) {
  posiv_hypervisor_take_snapshot_result_t result = {0};
  posiv_hypervisor_take_snapshot(&result);
  if (result.is_error) fail(request->token, &result.val.error);
  else keep(request, &result.val.ok);
}

// False, and answered, where nobody can say whether it goes on here; it is no failure that it was not given away.
static bool take_back_if_given(const posiv_request *request) {
  posiv_hypervisor_take_back_result_t result = {0};
  posiv_hypervisor_take_back(&result);
  if (!result.is_error) return true;
  if (result.val.error.tag != POSIV_MACHINE_ERROR_REFUSED) {
    fail(request->token, &result.val.error);
    return false;
  }
  machine_error_free(&result.val.error);
  return true;
}

static void offer(const posiv_request *request) {
  if (!take_back_if_given(request)) return; // an offer that nobody has taken is void
  posiv_hypervisor_migrate_out_result_t result = {0};
  posiv_hypervisor_migrate_out(&result);
  if (result.is_error) return fail(request->token, &result.val.error);
  answer_offer(request->token, &result.val.ok);
  posiv_release(result.val.ok.node);
  posiv_release(result.val.ok.token);
}

static void take_back(const posiv_request *request) {
  if (take_back_if_given(request)) tell_stats(request);
}

// What is typed into a machine that is going, or does not read, is lost.
static void type(posiv_slice sender, posiv_slice body) {
  (void)sender;
  size_t size;
  cbor_reader reader = cbor_read((const uint8_t *)body.data, body.size);
  const uint8_t *bytes = cbor_read_bytes(&reader, &size);
  if (reader.failed) return;
  posiv_hypervisor_write_console_result_t result = {0};
  posiv_hypervisor_write_console((posiv_list_u8_t){(uint8_t *)bytes, size}, &result);
  if (!result.is_error) return;
  char *why = machine_error_text(&result.val.error);
  posiv_log_write(POSIV_CHANNEL_WARN, (posiv_list_u8_t){(uint8_t *)why, strlen(why)});
  free(why);
  machine_error_free(&result.val.error);
}

static bool answers(void) {
  return vtask_register_rpc("made", tell_made) && vtask_register_rpc("stats", tell_stats) &&
         vtask_register_rpc("pause", pause) && vtask_register_rpc("resume", resume) &&
         vtask_register_rpc("suspend", suspend) && vtask_register_rpc("stop", stop) &&
         vtask_register_rpc("snapshot", snapshot) && vtask_register_rpc("offer", offer) &&
         vtask_register_rpc("take-back", take_back) && vtask_register_msg("input", type);
}

static void make(const posiv_slice *cmd, size_t count) {
  static agent_order order;
  const posiv_slice *odd = agent_order_read(&order, cmd, count);
  if (odd) made = (posiv_hypervisor_create_result_t){
             .is_error = true,
             .val.error = {.tag = POSIV_MACHINE_ERROR_REFUSED, .val.refused = posiv_string_of(*odd)}};
  else if (order.takes_over) posiv_hypervisor_migrate_in(&order.spec, &order.offer, &made);
  else posiv_hypervisor_create(&order.spec, &made);
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  if (!answers()) {
    posiv_fail(posiv_error());
    return 1;
  }
  make(cmd, count);
  if (!made.is_error) return 0;
  while (!is_told && vtask_serve(ASKED_WITHIN_MS));
  posiv_fail(machine_error_text(&made.val.error));
  return 1;
}
