// Answers every 'echo' with what came with it, by a handler: between two calls nothing of it is on a stack.
#include "posiv_abi.h"
#include "posiv_runtime.h"

#define HANDLER(name) __attribute__((export_name("posiv:kernel/handlers@0.1.0#" name)))

int posiv_main(const posiv_slice *cmd, size_t count) {
  (void)cmd, (void)count;
  return posiv_register_rpc("echo") ? 0 : 1;
}

HANDLER("on-rpc")
void *on_rpc(uint32_t token, uint8_t *caller, size_t caller_size, uint8_t *identity, size_t identity_size, uint8_t *args,
             size_t args_size) {
  // What the last call was answered with, which has been read since.
  static struct {
    uint8_t tag;
    posiv_string_t reply;
  } outcome;
  (void)token;
  posiv_release(outcome.reply);
  posiv_release((posiv_string_t){caller, caller_size});
  posiv_release((posiv_string_t){identity, identity_size});
  outcome.reply = (posiv_string_t){args, args_size};
  return &outcome;
}

HANDLER("on-msg")
void on_msg(uint8_t *sender, size_t sender_size, uint8_t *identity, size_t identity_size, uint8_t *body,
            size_t body_size) {
  posiv_release((posiv_string_t){sender, sender_size});
  posiv_release((posiv_string_t){identity, identity_size});
  posiv_release((posiv_string_t){body, body_size});
}

// It sends no requests and watches nobody.
HANDLER("on-completion") void on_completion(uint32_t id, uint32_t tag, uint32_t a, uint32_t b, uint32_t c) {}

HANDLER("on-notice")
void on_notice(uint32_t watch, uint8_t *vtid, size_t size, uint32_t tag, uint32_t a, uint32_t b, uint32_t c) {}
