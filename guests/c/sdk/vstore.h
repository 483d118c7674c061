// Blobs of vStore (posiv:vstore/blobs). Each call is true if it was carried out; else posiv_error() says why not.
#ifndef VSTAR_VSTORE_H
#define VSTAR_VSTORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOB_ID_ROOM 257 // an id and its closing zero

typedef enum { BLOB_DURABLE, BLOB_SCRATCH } blob_durability;

// A blob that is being written through a buffer; the first failure is kept and told by blob_seal.
typedef struct {
  uint32_t handle;
  bool open, failed;
  uint8_t *buffer;
  size_t used;
  uint64_t size; // written so far, the buffer included
} blob_writer;

bool blob_create(blob_writer *writer, blob_durability durability);
void blob_write(blob_writer *writer, const void *bytes, size_t size);
// Ends the blob and writes its id, closed by a zero, to `id`. A writer that failed is dropped.
bool blob_seal(blob_writer *writer, char id[BLOB_ID_ROOM]);

// Bytes of a blob from `offset` on into `into`, at most 4 MiB; `got` is less than `size` only at its end.
bool blob_read(const char *id, uint64_t offset, uint32_t size, uint8_t *into, uint32_t *got);
bool blob_release(const char *id);

#endif
