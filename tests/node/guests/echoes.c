// Answers every 'echo' with what came with it, until a request without any, at which it ends with status 3.
#include "posiv_abi.h"
#include "posiv_runtime.h"

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  if (!posiv_register_rpc("echo")) return 1;
  posiv_request request;
  while (posiv_receive_request(POSIV_NEVER, &request)) {
    if (request.args.size == 0) return 3;
    posiv_reply(request.token, (const uint8_t *)request.args.data, request.args.size);
    posiv_request_free(&request);
  }
  return 1;
}
