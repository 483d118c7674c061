#include "vstore.h"
#include "posiv_abi.h"
#include "posiv_runtime.h"
#include <stdlib.h>
#include <string.h>

#define BUFFER_BYTES (1u << 20) // vStore cuts blobs into chunks of this size

bool blob_create(blob_writer *writer, blob_durability durability) {
  posiv_blobs_create_result_t result = {0};
  *writer = (blob_writer){.failed = true};
  posiv_blobs_create((posiv_durability_t)durability, &result);
  if (!POSIV_STORE_OK(result)) return false;
  uint8_t *buffer = malloc(BUFFER_BYTES);
  if (!buffer) __builtin_trap();
  *writer = (blob_writer){.handle = result.val.ok, .open = true, .buffer = buffer};
  return true;
}

static void flush(blob_writer *writer) {
  posiv_blobs_append_result_t result = {0};
  if (!writer->failed && writer->used) {
    posiv_blobs_append(writer->handle, (posiv_list_u8_t){writer->buffer, writer->used}, &result);
    writer->failed = !POSIV_STORE_OK(result);
  }
  writer->used = 0;
}

void blob_write(blob_writer *writer, const void *bytes, size_t size) {
  const uint8_t *from = bytes;
  writer->size += size;
  while (size && !writer->failed) {
    size_t piece = BUFFER_BYTES - writer->used;
    if (piece > size) piece = size;
    memcpy(writer->buffer + writer->used, from, piece);
    writer->used += piece;
    from += piece;
    size -= piece;
    if (writer->used == BUFFER_BYTES) flush(writer);
  }
}

bool blob_seal(blob_writer *writer, char id[BLOB_ID_ROOM]) {
  posiv_blobs_seal_result_t result = {0};
  if (!writer->open) return false;
  flush(writer);
  free(writer->buffer);
  writer->open = false;
  if (writer->failed) {
    posiv_blobs_abort(writer->handle);
    return false;
  }
  posiv_blobs_seal(writer->handle, &result);
  if (!POSIV_STORE_OK(result)) return false;
  posiv_string_t given = result.val.ok;
  size_t size = given.len < BLOB_ID_ROOM ? given.len : BLOB_ID_ROOM - 1;
  memcpy(id, given.ptr, size);
  id[size] = 0;
  posiv_release(given);
  return true;
}

bool blob_read(const char *id, uint64_t offset, uint32_t size, uint8_t *into, uint32_t *got) {
  posiv_blobs_read_result_t result = {0};
  *got = 0;
  if (size == 0) return true;
  posiv_receive_into(into, size);
  posiv_blobs_read(posiv_text(id), offset, size, &result);
  bool ok = POSIV_STORE_OK(result);
  if (ok) {
    posiv_list_u8_t given = result.val.ok;
    *got = given.len < size ? (uint32_t)given.len : size;
    if (given.ptr != into) memcpy(into, given.ptr, *got);
    posiv_release((posiv_string_t){given.ptr, given.len});
  }
  posiv_receive_into(NULL, 0);
  return ok;
}

bool blob_release(const char *id) {
  posiv_blobs_release_result_t result = {0};
  posiv_blobs_release(posiv_text(id), &result);
  return POSIV_STORE_OK(result);
}
