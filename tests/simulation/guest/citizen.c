// The vTask of simulations. What it is asked to do begins with a number that nobody else uses; its log tells, at the moment
// of each, what it did, a line each:
//   born | r NUMBER: carries out a request | m SENDER NUMBER: handles a message | n WATCH VTID: a watch fired
//   t TARGET NUMBER: its message was taken | w WATCH VTID: it watches
// cmd: `serve` answers by handlers, `loop` by receiving, `brief STEPS STATUS` computes and ends.
#include "posiv.h"

#define EXPORT(name) __attribute__((export_name(name)))
#define RPC_TIMEOUT_MS 3000
#define NO_LIMIT_MS 0xffffffffu

static uint8_t heap[12288];
static size_t used;

// What one turn takes is forgotten when it is over.
EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  size_t at = (used + align - 1) & ~(align - 1);
  if (at + size > sizeof heap) __builtin_trap();
  used = at + size;
  for (size_t each = 0; old && each < old_size && each < size; each++) heap[at + each] = ((uint8_t *)old)[each];
  return heap + at;
}

typedef struct {
  uint8_t bytes[512];
  size_t size;
} text;

static const posiv_string_t DO = {(uint8_t *)"do", 2}, TELL = {(uint8_t *)"tell", 4};
static uint32_t messages;
static volatile uint32_t worked;

static void add(text *to, posiv_string_t part) {
  for (size_t at = 0; at < part.len && to->size < sizeof to->bytes; at++) to->bytes[to->size++] = part.ptr[at];
}

static void add_text(text *to, const char *part) {
  size_t length = 0;
  while (part[length]) length++;
  add(to, (posiv_string_t){(uint8_t *)part, length});
}

static void add_number(text *to, uint32_t number) {
  uint8_t digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (uint8_t)('0' + number % 10);
  while (number /= 10);
  add(to, (posiv_string_t){digits + at, sizeof digits - at});
}

static void say(const char *what, posiv_string_t first, posiv_string_t second) {
  text line = {.size = 0};
  add_text(&line, what);
  if (first.len) add_text(&line, " "), add(&line, first);
  if (second.len) add_text(&line, " "), add(&line, second);
  posiv_log_write(POSIV_CHANNEL_INFO, (posiv_list_u8_t){line.bytes, line.size});
}

static posiv_string_t view(const text *from) { return (posiv_string_t){(uint8_t *)from->bytes, from->size}; }

static posiv_string_t decimal(text *room, uint32_t number) {
  room->size = 0;
  add_number(room, number);
  return view(room);
}

// The next word of a text, which is taken from it.
static posiv_string_t word(posiv_string_t *rest) {
  posiv_string_t found = {rest->ptr, 0};
  while (found.len < rest->len && found.ptr[found.len] != ' ') found.len++;
  size_t taken = found.len < rest->len ? found.len + 1 : found.len;
  rest->ptr += taken, rest->len -= taken;
  return found;
}

static uint32_t number(posiv_string_t digits) {
  uint32_t value = 0;
  for (size_t at = 0; at < digits.len; at++) value = value * 10 + (uint32_t)(digits.ptr[at] - '0');
  return value;
}

static void work(uint32_t steps) {
  for (uint32_t step = 0; step < steps; step++) worked += step;
}

static void answer(text *to, bool is_error, uint8_t code, posiv_string_t value) {
  if (!is_error) {
    add_text(to, "ok "), add(to, value);
  } else {
    add_text(to, "error "), add_number(to, code);
  }
}

// Without limit where only one of two that ask each other would wait so: what a lane is not told of shows then.
static uint32_t patience(posiv_string_t target) {
  posiv_string_t self;
  posiv_vtask_self(&self);
  for (size_t at = 0; at < self.len && at < target.len; at++)
    if (self.ptr[at] != target.ptr[at]) return self.ptr[at] < target.ptr[at] ? NO_LIMIT_MS : RPC_TIMEOUT_MS;
  return RPC_TIMEOUT_MS;
}

static void ask(posiv_string_t rest, text *reply) {
  posiv_string_t target = word(&rest);
  posiv_ipc_rpc_result_t result;
  posiv_ipc_rpc(target, DO, patience(target), (posiv_payload_t){rest.ptr, rest.len}, &result);
  posiv_string_t value = {0, 0};
  if (!result.is_error) value = (posiv_string_t){result.val.ok.ptr, result.val.ok.len};
  answer(reply, result.is_error, result.val.error.tag, value);
}

static void tell(posiv_string_t rest, text *reply) {
  text room;
  posiv_string_t target = word(&rest), count = decimal(&room, ++messages);
  posiv_ipc_msg_result_t result;
  posiv_ipc_msg(target, TELL, (posiv_payload_t){count.ptr, count.len}, RPC_TIMEOUT_MS, &result);
  if (!result.is_error) say("t", target, count);
  answer(reply, result.is_error, result.val.error.tag, count);
}

static void watch(posiv_string_t rest, text *reply) {
  text room;
  posiv_string_t target = word(&rest);
  posiv_monitor_on_die_result_t result;
  posiv_monitor_on_die(target, &result);
  posiv_string_t id = result.is_error ? (posiv_string_t){0, 0} : decimal(&room, result.val.ok);
  if (!result.is_error) say("w", id, target);
  answer(reply, result.is_error, result.val.error.tag, id);
}

static void spawn(posiv_string_t rest, text *reply) {
  posiv_string_t path = word(&rest), cmd[1] = {word(&rest)};
  posiv_vtask_new_result_t made;
  posiv_vtask_new(NULL, path, (posiv_list_string_t){cmd, 1}, NULL, &made);
  if (made.is_error) return answer(reply, true, made.val.error.tag, made.val.ok);
  posiv_vtask_sched_result_t started;
  posiv_vtask_sched(made.val.ok, &started);
  answer(reply, started.is_error, started.val.error.tag, made.val.ok);
}

static bool is(posiv_string_t found, const char *wanted) {
  size_t at = 0;
  while (at < found.len && wanted[at] == found.ptr[at]) at++;
  return at == found.len && !wanted[at];
}

// Carries out a request.
static void carry_out(posiv_string_t rest, text *reply) {
  posiv_string_t id = word(&rest), what = word(&rest);
  say("r", id, (posiv_string_t){0, 0});
  if (is(what, "ask")) ask(rest, reply);
  else if (is(what, "tell")) tell(rest, reply);
  else if (is(what, "watch")) watch(rest, reply);
  else if (is(what, "spawn")) spawn(rest, reply);
  else if (is(what, "work")) work(number(word(&rest))), add(reply, id);
  else if (is(what, "exit")) posiv_vtask_exit(number(word(&rest)));
  else if (is(what, "trap")) __builtin_trap();
  else add(reply, id);
}

// One turn of a program that receives instead of having handlers.
static bool turn(void) {
  posiv_ipc_receive_result_t result;
  posiv_ipc_receive(0xffffffffu, &result);
  if (result.is_error) return false;
  text reply = {.size = 0}, room;
  posiv_event_t *event = &result.val.ok;
  if (event->tag == POSIV_EVENT_REQUEST) {
    posiv_request_t request = event->val.request;
    carry_out((posiv_string_t){request.args.ptr, request.args.len}, &reply);
    posiv_result_payload_string_t outcome = {.is_error = false, .val.ok = {reply.bytes, reply.size}};
    posiv_ipc_reply_result_t replied;
    posiv_ipc_reply(request.token, &outcome, &replied);
  } else if (event->tag == POSIV_EVENT_MESSAGE) {
    posiv_message_t message = event->val.message;
    say("m", message.sender, (posiv_string_t){message.body.ptr, message.body.len});
  } else if (event->tag == POSIV_EVENT_NOTICE) {
    say("n", decimal(&room, event->val.notice.watch), event->val.notice.vtid);
  }
  used = 0;
  return true;
}

static struct {
  bool is_error;
  uint32_t value;
} ended;

EXPORT("posiv:kernel/program@0.1.0#run")
void *run(posiv_string_t *cmd, size_t count) {
  say("born", (posiv_string_t){0, 0}, (posiv_string_t){0, 0});
  if (count == 3 && is(cmd[0], "brief")) {
    work(number(cmd[1]));
    ended.value = number(cmd[2]);
  } else {
    posiv_ipc_register_rpc_result_t result;
    posiv_ipc_register_rpc(DO, &result);
    posiv_ipc_register_msg(TELL, &result);
    if (count > 0 && is(cmd[0], "loop"))
      while (turn()) continue;
  }
  used = 0;
  return &ended;
}

static struct {
  uint8_t tag;
  const uint8_t *ptr;
  size_t len;
} outcome;
static text reply;

EXPORT("posiv:kernel/handlers@0.1.0#on-rpc")
void *on_rpc(uint32_t token, const char *caller, size_t caller_size, const char *identity, size_t identity_size,
             uint8_t *args, size_t args_size) {
  reply.size = 0;
  carry_out((posiv_string_t){args, args_size}, &reply);
  outcome.tag = 0, outcome.ptr = reply.bytes, outcome.len = reply.size;
  used = 0;
  return &outcome;
}

EXPORT("posiv:kernel/handlers@0.1.0#on-msg")
void on_msg(uint8_t *sender, size_t sender_size, const char *identity, size_t identity_size, uint8_t *body,
            size_t body_size) {
  say("m", (posiv_string_t){sender, sender_size}, (posiv_string_t){body, body_size});
  used = 0;
}

EXPORT("posiv:kernel/handlers@0.1.0#on-completion")
void on_completion(uint32_t id, uint32_t tag, uint32_t a, uint32_t b, uint32_t c) { used = 0; }

EXPORT("posiv:kernel/handlers@0.1.0#on-notice")
void on_notice(uint32_t watch, uint8_t *vtid, size_t vtid_size, uint32_t tag, uint32_t a, uint32_t b, uint32_t c) {
  text room;
  say("n", decimal(&room, watch), (posiv_string_t){vtid, vtid_size});
  used = 0;
}
