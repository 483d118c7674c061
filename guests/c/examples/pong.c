// A service that answers every 'ping' with what came with it.
#include "service.h"

static void ping(const posiv_request *request) {
  posiv_reply(request->token, (const uint8_t *)request->args.data, request->args.size);
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  return vtask_register_rpc("ping", ping) ? 0 : 1; // lives on: it has something to answer
}
