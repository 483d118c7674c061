#include "mapreduce/request.h"
#include <stdlib.h>
#include <string.h>

#define REPLY_BYTES (1u << 20) // the largest payload that the kernel takes

uint64_t mr_setting(const posiv_slice *cmd, size_t count, const char *name, uint64_t otherwise) {
  size_t size = strlen(name);
  for (size_t i = 0; i < count; i++) {
    if (cmd[i].size <= size || memcmp(cmd[i].data, name, size) || cmd[i].data[size] != '=') continue;
    uint64_t number = 0;
    for (size_t at = size + 1; at < cmd[i].size; at++) {
      if (cmd[i].data[at] < '0' || cmd[i].data[at] > '9' || number > UINT64_MAX / 10 - 1) return otherwise;
      number = number * 10 + (uint64_t)(cmd[i].data[at] - '0');
    }
    return number;
  }
  return otherwise;
}

void mr_serve(const char *const *identities, size_t count, mr_answer answer) {
  static uint8_t room[REPLY_BYTES];
  for (size_t i = 0; i < count; i++)
    if (!posiv_register_rpc(identities[i])) return posiv_fail(posiv_error());
  for (bool more = true; more;) {
    posiv_request request;
    if (!posiv_receive_request(POSIV_NEVER, &request)) return posiv_fail(posiv_error());
    cbor_writer reply = cbor_write(room, sizeof room);
    const char *error = NULL;
    more = answer(&request, &reply, &error);
    if (!error && reply.failed) error = "the reply has more than 1 MiB";
    // An asker that is gone by now is no reason to end.
    if (error) posiv_reply_error(request.token, error);
    else posiv_reply(request.token, reply.bytes, reply.size);
    posiv_request_free(&request);
  }
}

mr_source *mr_read_sources(const posiv_request *request, uint32_t *count) {
  cbor_reader reader = mr_field(request, "runs");
  size_t sources = cbor_read_array(&reader), size;
  if (reader.failed) return NULL;
  // The ids follow the array in the same piece: each ends with a zero, in place of its head in the payload.
  mr_source *array = malloc(sources * sizeof *array + request->args.size + sources + 1);
  if (!array) __builtin_trap();
  char *ids = (char *)(array + sources);
  for (size_t i = 0; i < sources; i++) {
    if (cbor_read_array(&reader) != 3) break;
    const char *id = cbor_read_text(&reader, &size);
    memcpy(ids, id, size);
    ids[size] = 0;
    uint64_t offset = cbor_read_uint(&reader);
    array[i] = (mr_source){ids, offset, cbor_read_uint(&reader)};
    ids += size + 1;
    if (i + 1 == sources && !reader.failed) {
      *count = (uint32_t)sources;
      return array;
    }
  }
  *count = 0;
  if (sources == 0) return array;
  free(array);
  return NULL;
}
