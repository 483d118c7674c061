// Sends COUNT messages 'note' to the vTask whose vtid it is given with a request 'tell', then answers, for ever: sender COUNT
#include "posiv_abi.h"
#include "posiv_runtime.h"

#define WAIT_MS 20000

static uint8_t payload[64];

int posiv_main(const posiv_slice *cmd, size_t count) {
  unsigned messages = 0;
  if (count != 1 || !posiv_register_rpc("tell")) return 1;
  for (size_t i = 0; i < cmd[0].size; i++) messages = messages * 10 + (unsigned)(cmd[0].data[i] - '0');
  posiv_request request;
  while (posiv_receive_request(POSIV_NEVER, &request)) {
    posiv_vtid_t target = {(uint8_t *)request.args.data, request.args.size};
    bool sent = true;
    for (unsigned i = 0; i < messages && sent; i++) {
      posiv_ipc_msg_result_t result = {0};
      posiv_ipc_msg(target, POSIV_STRING("note"), (posiv_payload_t){payload, sizeof payload}, WAIT_MS, &result);
      sent = POSIV_OK(result);
    }
    if (sent) posiv_reply(request.token, NULL, 0);
    else posiv_reply_error(request.token, posiv_error());
    posiv_request_free(&request);
  }
  return 1;
}
