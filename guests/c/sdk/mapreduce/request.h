// What map and reduce tasks share: their settings, and the master's requests answered one after the other.
#ifndef VSTAR_MAPREDUCE_REQUEST_H
#define VSTAR_MAPREDUCE_REQUEST_H
#include "cbor.h"
#include "posiv_runtime.h"
#include "mapreduce/merge.h"

// A number of `cmd`, which holds `name=number`; the default if it is not there.
uint64_t mr_setting(const posiv_slice *cmd, size_t count, const char *name, uint64_t otherwise);

// Receives requests and hands each to `answer`, until that returns false. What it writes is the reply; with `error` set
// the reply is that text.
typedef bool (*mr_answer)(const posiv_request *request, cbor_writer *reply, const char **error);
void mr_serve(const char *const *identities, size_t count, mr_answer answer);

// The field "runs" of a request: an array of [blob, offset, size]. NULL if it is malformed. Freed as one piece.
mr_source *mr_read_sources(const posiv_request *request, uint32_t *count);

static inline bool mr_is(const posiv_request *request, const char *identity) {
  size_t size = __builtin_strlen(identity);
  return request->identity.size == size && !__builtin_memcmp(request->identity.data, identity, size);
}

static inline cbor_reader mr_field(const posiv_request *request, const char *name) {
  return cbor_find((const uint8_t *)request->args.data, request->args.size, name);
}

#endif
