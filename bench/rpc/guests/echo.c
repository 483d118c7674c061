// Answers every 'echo' with what came with it, and takes every message 'note', for ever.
#include "posiv_abi.h"
#include "posiv_runtime.h"

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  posiv_ipc_register_msg_result_t registered = {0};
  posiv_ipc_register_msg(POSIV_STRING("note"), &registered);
  if (registered.is_error || !posiv_register_rpc("echo")) return 1;
  posiv_request request;
  while (posiv_receive_request(POSIV_NEVER, &request)) {
    posiv_reply(request.token, (const uint8_t *)request.args.data, request.args.size);
    posiv_request_free(&request);
  }
  return 1;
}
