// A vTask that answers 'greet' with a greeting, until it is killed.
#include "cbor.h"
#include "posiv_runtime.h"
#include <string.h>

int posiv_main(const posiv_slice *cmd, size_t count) {
  if (!posiv_register_rpc("greet")) return posiv_fail(posiv_error()), 1;
  posiv_print("ready\n");

  posiv_request request;
  while (posiv_receive_request(POSIV_NEVER, &request)) {
    size_t size;
    cbor_reader field = cbor_find((const uint8_t *)request.args.data, request.args.size, "name");
    const char *name = cbor_read_text(&field, &size);
    if (field.failed || size > 100) {
      posiv_reply_error(request.token, "'greet' wants { name }");
    } else {
      char greeting[128] = "hello, ";
      uint8_t room[160];
      memcpy(greeting + 7, name, size);
      cbor_writer reply = cbor_write(room, sizeof room);
      cbor_write_text(&reply, greeting, 7 + size);
      posiv_reply(request.token, reply.bytes, reply.size);
    }
    posiv_request_free(&request);
  }
  return 0;
}
