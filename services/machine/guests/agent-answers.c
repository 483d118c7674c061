#include "agent-answers.h"
#include "agent-order.h"
#include "posiv_abi.h"
#include <stdlib.h>
#include <string.h>

#define ROOM 4096 // the longest answer has some texts that name a node or a blob

// In the order of the WIT.
static const char *const states[] = {"running", "paused"};
static const char *const machine_errors[] = {"no-machine", "refused",        "no-backend", "unsupported", "full",
                                             "quota-exceeded", "not-ready", "failed",     "store",       "incompatible"};

static uint8_t room[ROOM];

static void reply(uint32_t token, const cbor_writer *writer) {
  if (writer->failed) posiv_reply_error(token, "the answer is too long");
  else posiv_reply(token, writer->bytes, writer->size);
}

static void text(cbor_writer *writer, const char *name, posiv_string_t value) {
  cbor_write_name(writer, name);
  cbor_write_text(writer, (const char *)value.ptr, value.len);
}

static void word(cbor_writer *writer, const char *name, const char *value) { text(writer, name, posiv_text(value)); }

static void number(cbor_writer *writer, const char *name, uint64_t value) {
  cbor_write_name(writer, name);
  cbor_write_uint(writer, value);
}

static void nothing(cbor_writer *writer, const char *name) {
  cbor_write_name(writer, name);
  cbor_write_null(writer);
}

static void move(cbor_writer *writer, const posiv_option_move_t *moved) {
  if (!moved->is_some) return nothing(writer, "moved");
  cbor_write_name(writer, "moved");
  cbor_write_map(writer, 4);
  text(writer, "from", moved->val.from);
  number(writer, "downtimeUs", moved->val.downtime_us);
  number(writer, "totalMs", moved->val.total_ms);
  number(writer, "bytes", moved->val.bytes);
}

void answer_stats(uint32_t token, const posiv_stats_t *known) {
  cbor_writer answer = cbor_write(room, sizeof room), *writer = &answer;
  cbor_write_map(writer, 13);
  word(writer, "state", states[known->state]);
  word(writer, "backend", backend_names[known->backend]);
  number(writer, "createMs", known->create_ms);
  number(writer, "cpuUs", known->cpu_us);
  number(writer, "memoryUsed", known->memory_used);
  number(writer, "diskUsed", known->disk_used);
  number(writer, "diskRead", known->disk_read);
  number(writer, "diskWritten", known->disk_written);
  move(writer, &known->moved);
  number(writer, "netReceived", known->net_received);
  number(writer, "netSent", known->net_sent);
  number(writer, "netDropped", known->net_dropped);
  number(writer, "imageFetched", known->image_fetched);
  reply(token, writer);
}

void answer_nothing(uint32_t token) {
  cbor_writer writer = cbor_write(room, sizeof room);
  cbor_write_null(&writer);
  reply(token, &writer);
}

void answer_snapshot(uint32_t token, const posiv_snapshot_t *kept) {
  cbor_writer writer = cbor_write(room, sizeof room);
  cbor_write_map(&writer, 3);
  if (kept->memory.is_some) text(&writer, "memory", kept->memory.val);
  else nothing(&writer, "memory");
  text(&writer, "disk", kept->disk);
  if (kept->cpu.is_some) text(&writer, "cpu", kept->cpu.val);
  else nothing(&writer, "cpu");
  reply(token, &writer);
}

void answer_offer(uint32_t token, const posiv_offer_t *offer) {
  cbor_writer writer = cbor_write(room, sizeof room);
  cbor_write_map(&writer, 2);
  text(&writer, "node", offer->node);
  text(&writer, "token", offer->token);
  reply(token, &writer);
}

void answer_made(uint32_t token, const posiv_hypervisor_create_result_t *made) {
  if (!made->is_error) {
    cbor_writer writer = cbor_write(room, sizeof room);
    cbor_write_map(&writer, 1);
    cbor_write_name(&writer, "known");
    cbor_write_map(&writer, 3);
    word(&writer, "state", states[made->val.ok.state]);
    number(&writer, "createMs", made->val.ok.create_ms);
    move(&writer, &made->val.ok.moved);
    return reply(token, &writer);
  }
  // It may end with what the console of a template said.
  char *why = machine_error_text(&made->val.error);
  size_t size = strlen(why) + ROOM;
  uint8_t *bytes = malloc(size);
  if (!bytes) __builtin_trap();
  cbor_writer writer = cbor_write(bytes, size);
  cbor_write_map(&writer, 1);
  cbor_write_name(&writer, "failure");
  cbor_write_map(&writer, 2);
  word(&writer, "code", machine_error_code(&made->val.error));
  word(&writer, "text", why);
  reply(token, &writer);
  free(bytes);
  free(why);
}

static posiv_string_t detail(const posiv_machine_error_t *error) {
  // Cases with a text all have it in the same place.
  return error->tag == POSIV_MACHINE_ERROR_NO_MACHINE ? (posiv_string_t){0} : error->val.failed;
}

const char *machine_error_code(const posiv_machine_error_t *error) { return machine_errors[error->tag]; }

char *machine_error_text(const posiv_machine_error_t *error) {
  const char *code = machine_error_code(error);
  posiv_string_t more = detail(error);
  size_t size = strlen(code);
  char *whole = malloc(size + 2 + more.len + 1);
  if (!whole) __builtin_trap();
  memcpy(whole, code, size);
  if (more.len) {
    memcpy(whole + size, ": ", 2);
    memcpy(whole + size + 2, more.ptr, more.len);
    size += 2 + more.len;
  }
  whole[size] = 0;
  return whole;
}

void machine_error_free(const posiv_machine_error_t *error) { posiv_release(detail(error)); }
