// Who is called with what comes: handlers by identity, and whoever waits for an answer or a watch by its number.
#include "posiv_abi.h"
#include "vtask.h"
#include <stdlib.h>
#include <string.h>

typedef struct handler {
  struct handler *next;
  const char *identity;
  union {
    vtask_rpc_handler *rpc;
    vtask_msg_handler *msg;
  };
} handler;

typedef struct waiter {
  struct waiter *next;
  uint32_t number;
  void *context;
  union {
    vtask_done *done;
    vtask_fired *fired;
  };
} waiter;

static handler *rpcs, *msgs;
static waiter *requests, *watches;

static void *allocated(size_t size) {
  void *memory = malloc(size);
  if (!memory) __builtin_trap();
  return memory;
}

static void add_handler(handler **list, handler value) {
  value.next = *list;
  *list = memcpy(allocated(sizeof value), &value, sizeof value);
}

static const handler *find(const handler *each, posiv_string_t identity) {
  while (each && !(strlen(each->identity) == identity.len && memcmp(each->identity, identity.ptr, identity.len) == 0))
    each = each->next;
  return each;
}

static void add_waiter(waiter **list, waiter value) {
  value.next = *list;
  *list = memcpy(allocated(sizeof value), &value, sizeof value);
}

// Takes out the one of this number; false where there is none, for it was taken back.
static bool take(waiter **list, uint32_t number, waiter *found) {
  while (*list && (*list)->number != number) list = &(*list)->next;
  waiter *one = *list;
  if (!one) return false;
  *list = one->next;
  *found = *one;
  free(one);
  return true;
}

bool vtask_register_rpc(const char *identity, vtask_rpc_handler *handle) {
  if (!posiv_register_rpc(identity)) return false;
  add_handler(&rpcs, (handler){.identity = identity, .rpc = handle});
  return true;
}

bool vtask_register_msg(const char *identity, vtask_msg_handler *handle) {
  posiv_ipc_register_msg_result_t result = {0};
  posiv_ipc_register_msg(posiv_text(identity), &result);
  if (!POSIV_OK(result)) return false;
  add_handler(&msgs, (handler){.identity = identity, .msg = handle});
  return true;
}

bool vtask_start_rpc(posiv_slice vtid, const char *identity, uint32_t timeout_ms, posiv_slice args, vtask_done *done,
                     void *context) {
  posiv_ipc_start_rpc_result_t result = {0};
  posiv_ipc_start_rpc(posiv_string_of(vtid), posiv_text(identity), timeout_ms, posiv_payload_of(args), &result);
  if (!POSIV_OK(result)) return false;
  add_waiter(&requests, (waiter){.number = result.val.ok, .context = context, .done = done});
  return true;
}

typedef posiv_monitor_on_start_result_t watch_result;

static bool watching(watch_result result, vtask_fired *fired, void *context, uint32_t *watch) {
  if (!POSIV_OK(result)) return false;
  add_waiter(&watches, (waiter){.number = result.val.ok, .context = context, .fired = fired});
  if (watch) *watch = result.val.ok;
  return true;
}

bool vtask_on_start(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch) {
  watch_result result = {0};
  posiv_monitor_on_start(posiv_string_of(vtid), &result);
  return watching(result, fired, context, watch);
}

bool vtask_on_exit(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch) {
  watch_result result = {0};
  posiv_monitor_on_exit(posiv_string_of(vtid), &result);
  return watching(result, fired, context, watch);
}

bool vtask_on_die(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch) {
  watch_result result = {0};
  posiv_monitor_on_die(posiv_string_of(vtid), &result);
  return watching(result, fired, context, watch);
}

bool vtask_unwatch(uint32_t watch) {
  waiter forgotten;
  take(&watches, watch, &forgotten);
  posiv_monitor_unwatch_result_t result = {0};
  posiv_monitor_unwatch(watch, &result);
  return POSIV_OK(result);
}

static void answer(const posiv_request_t *got) {
  posiv_request request = posiv_request_of(got);
  const handler *found = find(rpcs, got->identity);
  if (found) found->rpc(&request);
  else posiv_reply_error(request.token, "it has no handler for this identity");
}

static void complete(const posiv_completion_t *got) {
  waiter found;
  if (!take(&requests, got->id, &found)) return;
  const posiv_payload_t result = got->outcome.val.ok;
  if (!got->outcome.is_error) found.done(found.context, true, (posiv_slice){(const char *)result.ptr, result.len});
  else {
    posiv_keep_error(got->outcome.val.error.tag, got->outcome.val.error.val.other, posiv_error_codes);
    found.done(found.context, false, (posiv_slice){0});
  }
}

void vtask_handle(const posiv_event_t *event) {
  switch (event->tag) {
  case POSIV_EVENT_REQUEST: answer(&event->val.request); break;
  case POSIV_EVENT_MESSAGE: {
    const posiv_message_t *got = &event->val.message;
    const handler *found = find(msgs, got->identity);
    if (found) found->msg(posiv_slice_of(got->sender), (posiv_slice){(const char *)got->body.ptr, got->body.len});
    break;
  }
  case POSIV_EVENT_COMPLETION: complete(&event->val.completion); break;
  case POSIV_EVENT_NOTICE: {
    waiter found;
    const posiv_notice_t *got = &event->val.notice;
    if (take(&watches, got->watch, &found)) found.fired(found.context, posiv_slice_of(got->vtid), &got->change);
    break;
  }
  }
  posiv_event_free(event);
}

bool vtask_serve(uint32_t timeout_ms) {
  posiv_ipc_receive_result_t result = {0};
  posiv_ipc_receive(timeout_ms, &result);
  if (!POSIV_OK(result)) return false;
  vtask_handle(&result.val.ok);
  return true;
}
