// A service that answers 'greet' with a greeting, until it is killed.
#include "cbor.h"
#include "service.h"
#include <string.h>

static void greet(const posiv_request *request) {
  size_t size;
  cbor_reader field = cbor_find((const uint8_t *)request->args.data, request->args.size, "name");
  const char *name = cbor_read_text(&field, &size);
  if (field.failed || size > 100) {
    posiv_reply_error(request->token, "'greet' wants { name }");
    return;
  }
  char greeting[128] = "hello, ";
  memcpy(greeting + 7, name, size);
  uint8_t room[160];
  cbor_writer reply = cbor_write(room, sizeof room);
  cbor_write_text(&reply, greeting, 7 + size);
  posiv_reply(request->token, reply.bytes, reply.size);
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  if (!vtask_register_rpc("greet", greet)) return posiv_fail(posiv_error()), 1;
  posiv_print("ready\n");
  return 0;
}
