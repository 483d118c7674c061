#include "cbor.h"
#include <string.h>

enum { UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };
enum { FALSE = 20, TRUE = 21, NULL_VALUE = 22 };
#define DEEPEST 16 // nesting that cbor_skip follows: the payload may come from anybody

cbor_reader cbor_read(const uint8_t *bytes, size_t size) {
  return (cbor_reader){bytes, bytes + size, false};
}

static uint64_t fail(cbor_reader *reader) {
  reader->failed = true;
  reader->at = reader->end;
  return 0;
}

// The argument of the next item's head; its major type goes to `type`.
static uint64_t head(cbor_reader *reader, int *type) {
  *type = -1;
  if (reader->at >= reader->end) return fail(reader);
  uint8_t first = *reader->at++, info = first & 31;
  *type = first >> 5;
  if (info < 24) return info;
  if (info > 27) return fail(reader);
  size_t size = (size_t)1 << (info - 24);
  if ((size_t)(reader->end - reader->at) < size) return fail(reader);
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) value = value << 8 | *reader->at++;
  return value;
}

static uint64_t expect(cbor_reader *reader, int wanted) {
  int type;
  uint64_t value = head(reader, &type);
  return type == wanted ? value : fail(reader);
}

uint64_t cbor_read_uint(cbor_reader *reader) { return expect(reader, UINT); }

bool cbor_read_bool(cbor_reader *reader) {
  uint64_t value = expect(reader, SIMPLE);
  if (value != TRUE && value != FALSE) fail(reader);
  return value == TRUE;
}

static const uint8_t *run(cbor_reader *reader, int type, size_t *size) {
  uint64_t length = expect(reader, type);
  if (length > (uint64_t)(reader->end - reader->at)) length = fail(reader);
  const uint8_t *bytes = reader->at;
  reader->at += length;
  *size = (size_t)length;
  return bytes;
}

const uint8_t *cbor_read_bytes(cbor_reader *reader, size_t *size) { return run(reader, BYTES, size); }

const char *cbor_read_text(cbor_reader *reader, size_t *size) {
  return (const char *)run(reader, TEXT, size);
}

size_t cbor_read_array(cbor_reader *reader) {
  uint64_t items = expect(reader, ARRAY);
  // Each item takes a byte: a length that a hostile payload made up is refused before anybody allocates for it.
  return items > (uint64_t)(reader->end - reader->at) ? (size_t)fail(reader) : (size_t)items;
}

static void skip(cbor_reader *reader, int depth) {
  int type;
  uint64_t value = head(reader, &type);
  if (reader->failed) return;
  if (type == BYTES || type == TEXT) {
    if (value > (uint64_t)(reader->end - reader->at)) fail(reader);
    else reader->at += value;
    return;
  }
  if (type != ARRAY && type != MAP && type != TAG) return;
  // Each item takes a byte at least.
  if (depth == DEEPEST || (type != TAG && value > (uint64_t)(reader->end - reader->at))) {
    fail(reader);
    return;
  }
  uint64_t items = type == TAG ? 1 : type == MAP ? 2 * value : value;
  for (uint64_t i = 0; i < items && !reader->failed; i++) skip(reader, depth + 1);
}

void cbor_skip(cbor_reader *reader) { skip(reader, 0); }

cbor_reader cbor_find(const uint8_t *bytes, size_t size, const char *key) {
  cbor_reader reader = cbor_read(bytes, size);
  uint64_t pairs = expect(&reader, MAP);
  size_t wanted = strlen(key), length;
  for (uint64_t i = 0; i < pairs && !reader.failed; i++) {
    const char *name = cbor_read_text(&reader, &length);
    if (!reader.failed && length == wanted && !memcmp(name, key, wanted)) return reader;
    cbor_skip(&reader);
  }
  fail(&reader);
  return reader;
}

cbor_writer cbor_write(uint8_t *bytes, size_t room) { return (cbor_writer){bytes, 0, room, false}; }

static void put(cbor_writer *writer, const void *bytes, size_t size) {
  if (writer->failed || writer->room - writer->size < size) {
    writer->failed = true;
    return;
  }
  memcpy(writer->bytes + writer->size, bytes, size);
  writer->size += size;
}

static void put_head(cbor_writer *writer, int type, uint64_t value) {
  uint8_t bytes[9];
  int follow = value < 24 ? 0 : value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffffff ? 4 : 8;
  int info = follow == 0 ? (int)value : follow == 1 ? 24 : follow == 2 ? 25 : follow == 4 ? 26 : 27;
  bytes[0] = (uint8_t)(type << 5 | info);
  for (int i = 0; i < follow; i++) bytes[1 + i] = (uint8_t)(value >> (8 * (follow - 1 - i)));
  put(writer, bytes, 1 + (size_t)follow);
}

void cbor_write_uint(cbor_writer *writer, uint64_t value) { put_head(writer, UINT, value); }

void cbor_write_bool(cbor_writer *writer, bool value) { put_head(writer, SIMPLE, value ? TRUE : FALSE); }

void cbor_write_null(cbor_writer *writer) { put_head(writer, SIMPLE, NULL_VALUE); }

void cbor_write_bytes(cbor_writer *writer, const uint8_t *bytes, size_t size) {
  put_head(writer, BYTES, size);
  put(writer, bytes, size);
}

void cbor_write_text(cbor_writer *writer, const char *text, size_t size) {
  put_head(writer, TEXT, size);
  put(writer, text, size);
}

void cbor_write_name(cbor_writer *writer, const char *name) { cbor_write_text(writer, name, strlen(name)); }

void cbor_write_array(cbor_writer *writer, size_t items) { put_head(writer, ARRAY, items); }

void cbor_write_map(cbor_writer *writer, size_t pairs) { put_head(writer, MAP, pairs); }
