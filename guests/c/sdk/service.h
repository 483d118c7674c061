// Makes a service of a program: include this in one of its files. Once posiv_main has returned 0 the vTask lives on, and the
// kernel calls the functions that it registered (vtask.h) as things come; a service that has nothing to do costs next to
// nothing. What calls vtask_serve or posiv_receive_request itself needs none of this.
#ifndef VSTAR_SERVICE_H
#define VSTAR_SERVICE_H
#include "posiv_abi.h"
#include "vtask.h"

// The exports of posiv:kernel/handlers. In the canonical ABI a record comes as its fields, one after another, and of a
// variant as many as its largest case has.
#define VTASK_EXPORT(name) __attribute__((export_name("posiv:kernel/handlers@0.1.0#" name)))

VTASK_EXPORT("on-rpc")
const void *vtask_export_on_rpc(uint32_t token, uint8_t *caller, size_t caller_size, uint8_t *identity,
                                size_t identity_size, uint8_t *args, size_t args_size) {
  // Whoever answers does so by posiv_reply, now or later.
  static const struct {
    uint8_t tag;
    posiv_string_t val;
  } later = {.tag = 2};
  vtask_handle(&(posiv_event_t){.tag = POSIV_EVENT_REQUEST,
                                .val.request = {.token = token,
                                                .caller = {caller, caller_size},
                                                .identity = {identity, identity_size},
                                                .args = {args, args_size}}});
  return &later;
}

VTASK_EXPORT("on-msg")
void vtask_export_on_msg(uint8_t *sender, size_t sender_size, uint8_t *identity, size_t identity_size, uint8_t *body,
                         size_t body_size) {
  vtask_handle(&(posiv_event_t){.tag = POSIV_EVENT_MESSAGE,
                                .val.message = {.sender = {sender, sender_size},
                                                .identity = {identity, identity_size},
                                                .body = {body, body_size}}});
}

VTASK_EXPORT("on-completion")
void vtask_export_on_completion(uint32_t id, uint32_t is_error, uint32_t a, uint32_t b, uint32_t c) {
  posiv_event_t event = {.tag = POSIV_EVENT_COMPLETION, .val.completion = {.id = id, .outcome.is_error = is_error}};
  posiv_result_payload_error_code_t *outcome = &event.val.completion.outcome;
  if (is_error) outcome->val.error = (posiv_error_code_t){.tag = (uint8_t)a, .val.other = {(uint8_t *)b, c}};
  else outcome->val.ok = (posiv_payload_t){(uint8_t *)a, b};
  vtask_handle(&event);
}

VTASK_EXPORT("on-notice")
void vtask_export_on_notice(uint32_t watch, uint8_t *vtid, size_t size, uint32_t tag, uint32_t a, uint32_t b,
                            uint32_t c) {
  posiv_event_t event = {.tag = POSIV_EVENT_NOTICE, .val.notice = {.watch = watch, .vtid = {vtid, size}}};
  posiv_change_t *change = &event.val.notice.change;
  change->tag = (uint8_t)tag;
  if (tag == POSIV_CHANGE_EXITED) change->val.exited = a;
  else if (tag == POSIV_CHANGE_DIED) change->val.died = (posiv_exit_reason_t){.tag = (uint8_t)a, .val.failed = {(uint8_t *)b, c}};
  vtask_handle(&event);
}

#endif
