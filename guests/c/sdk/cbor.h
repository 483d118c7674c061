// As much CBOR (RFC 8949) as requests need: unsigned and negative integers, bytes, text, arrays and maps of definite
// length, booleans and null. A reader never passes its end: what is malformed or missing makes it `failed`, and a failed
// reader yields zeros. A writer that runs out of room becomes `failed` likewise.
#ifndef VSTAR_CBOR_H
#define VSTAR_CBOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *at, *end;
  bool failed;
} cbor_reader;

typedef struct {
  uint8_t *bytes;
  size_t size, room;
  bool failed;
} cbor_writer;

cbor_reader cbor_read(const uint8_t *bytes, size_t size);
uint64_t cbor_read_uint(cbor_reader *reader);
bool cbor_read_bool(cbor_reader *reader);
// The bytes stay in the payload; not terminated.
const uint8_t *cbor_read_bytes(cbor_reader *reader, size_t *size);
const char *cbor_read_text(cbor_reader *reader, size_t *size);
// How many items follow.
size_t cbor_read_array(cbor_reader *reader);
void cbor_skip(cbor_reader *reader);
// A reader at the value that a key has in the map that the payload is; failed if there is none.
cbor_reader cbor_find(const uint8_t *bytes, size_t size, const char *key);

cbor_writer cbor_write(uint8_t *bytes, size_t room);
void cbor_write_uint(cbor_writer *writer, uint64_t value);
void cbor_write_bool(cbor_writer *writer, bool value);
void cbor_write_null(cbor_writer *writer);
void cbor_write_bytes(cbor_writer *writer, const uint8_t *bytes, size_t size);
void cbor_write_text(cbor_writer *writer, const char *text, size_t size);
// A key or another text that ends with a zero.
void cbor_write_name(cbor_writer *writer, const char *name);
void cbor_write_array(cbor_writer *writer, size_t items);
void cbor_write_map(cbor_writer *writer, size_t pairs);

#endif
