// Beneath the calls of this SDK, and of no interest to a program: errors kept as text, and the memory of results.
#ifndef VSTAR_POSIV_ABI_H
#define VSTAR_POSIV_ABI_H
#include "posiv.h"
#include "posiv_runtime.h"

// Frees what a system call gave. What is empty, or went to posiv_receive_into's target, has nothing to free.
void posiv_release(posiv_string_t given);

// Frees what an event brought.
void posiv_event_free(const posiv_event_t *event);

// Keeps the name of a case and its text for posiv_error.
void posiv_keep_error(uint8_t tag, posiv_string_t text, const char *const *names);

// True unless `is_error`; else keeps the name of the case and its text, and frees that.
bool posiv_succeeded(bool is_error, uint8_t tag, posiv_string_t text, const char *const *names);

extern const char *const posiv_error_codes[]; // in the order of the WIT
extern const char *const posiv_store_errors[];

// Of a result that was zeroed before the call: cases without a text leave it empty.
#define POSIV_OK(result) \
  posiv_succeeded((result).is_error, (result).val.error.tag, (result).val.error.val.other, posiv_error_codes)
#define POSIV_STORE_OK(result) \
  posiv_succeeded((result).is_error, (result).val.error.tag, (result).val.error.val.other, posiv_store_errors)

static inline posiv_string_t posiv_text(const char *text) {
  return (posiv_string_t){(uint8_t *)text, __builtin_strlen(text)};
}

// A view, a string and a payload of the ABI are the same bytes.
static inline posiv_slice posiv_slice_of(posiv_string_t string) {
  return (posiv_slice){(const char *)string.ptr, string.len};
}
static inline posiv_string_t posiv_string_of(posiv_slice slice) {
  return (posiv_string_t){(uint8_t *)slice.data, slice.size};
}
static inline posiv_payload_t posiv_payload_of(posiv_slice slice) {
  return (posiv_payload_t){(uint8_t *)slice.data, slice.size};
}

static inline posiv_request posiv_request_of(const posiv_request_t *got) {
  return (posiv_request){got->token, posiv_slice_of(got->caller), posiv_slice_of(got->identity),
                         {(const char *)got->args.ptr, got->args.len}};
}

#endif
