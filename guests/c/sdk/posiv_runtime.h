// What every vTask in C needs beneath its own code: where results of system calls are put, the exported `run`, and calls
// that say in one integer whether they were carried out. The raw imports are in posiv.h, generated from the WIT.
#ifndef VSTAR_POSIV_RUNTIME_H
#define VSTAR_POSIV_RUNTIME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POSIV_NEVER 0xffffffffu // a timeout that never runs out

typedef struct {
  const char *data;
  size_t size;
} posiv_slice;

// Frees what a call gave.
void posiv_free(posiv_slice given);

// What a program writes: its status, 0 for success. Call posiv_fail and return anything to die with a text.
int posiv_main(const posiv_slice *cmd, size_t count);

// Makes `run` end with this error once posiv_main returns; the first text is kept.
void posiv_fail(const char *text);

// The text of what went wrong in the last system call that returned false: its code, and its detail if it has one.
const char *posiv_error(void);

// Writes a text to the standard output or to the log.
void posiv_print(const char *text);
void posiv_log(const char *text);

// A request that was received; to be answered by posiv_reply or posiv_reply_error, then freed by posiv_request_free.
typedef struct {
  uint32_t token;
  posiv_slice caller, identity, args;
} posiv_request;

bool posiv_register_rpc(const char *identity);
// Waits for the next request; messages, completions and notices that come meanwhile are dropped.
bool posiv_receive_request(uint32_t timeout_ms, posiv_request *request);
bool posiv_reply(uint32_t token, const uint8_t *result, size_t size);
bool posiv_reply_error(uint32_t token, const char *text);
void posiv_request_free(posiv_request *request);

// The next list that a system call returns is put here if it fits, instead of into memory of its own.
void posiv_receive_into(uint8_t *target, size_t room);

#endif
