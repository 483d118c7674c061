// The `run` of a reduce vTask: 'reduce' pulls one partition of every run, merges and reduces it; 'merge' joins the sorted
// parts that all reduces wrote into the result.
#include "mapreduce.h"
#include "mapreduce/request.h"
#include <stdlib.h>

static uint64_t keys, values_seen;

// The result's bytes alone, for a blob that is the result; else records, for a part that will be merged.
static void write(mr_run_writer *writer, bool final, posiv_slice key, const posiv_output *output) {
  if (final) blob_write(&writer->blob, output->bytes, output->size);
  else mr_write_record(writer, key.data, (uint32_t)key.size, output->bytes, (uint32_t)output->size);
}

static const char *reduce_all(mr_merge *merge, mr_run_writer *writer, bool final) {
  posiv_output output = {0};
  const posiv_slice *values;
  posiv_slice key;
  size_t count;
  const char *error = NULL;
  int found;
  while (!error && (found = mr_merge_group(merge, &key, &values, &count)) > 0) {
    output.size = 0;
    error = posiv_reduce(key, values, count, &output);
    if (output.failed) error = "the result of a key has more than 64 MiB";
    if (!error) write(writer, final, key, &output);
    keys++;
    values_seen += count;
  }
  free(output.bytes);
  return error ? error : merge->error;
}

static const char *join_all(mr_merge *merge, mr_run_writer *writer) {
  mr_record record;
  while (mr_merge_next(merge, &record) > 0) {
    blob_write(&writer->blob, record.value, record.value_size);
    keys++;
  }
  return merge->error;
}

// A run that cannot be read is no failure of this vTask: the master has it made again.
static const char *reply_lost(cbor_writer *reply, const mr_merge *merge) {
  cbor_write_map(reply, 2);
  cbor_write_name(reply, "lost");
  cbor_write_uint(reply, (uint64_t)merge->lost);
  cbor_write_name(reply, "cause");
  cbor_write_name(reply, merge->error);
  return NULL;
}

static const char *reply_blob(cbor_writer *reply, const char *id, uint64_t size) {
  cbor_write_map(reply, 4);
  cbor_write_name(reply, "blob");
  cbor_write_name(reply, id);
  cbor_write_name(reply, "size");
  cbor_write_uint(reply, size);
  cbor_write_name(reply, "keys");
  cbor_write_uint(reply, keys);
  cbor_write_name(reply, "values");
  cbor_write_uint(reply, values_seen);
  return NULL;
}

static const char *process(const posiv_request *request, cbor_writer *reply, bool merging) {
  uint32_t count;
  char id[BLOB_ID_ROOM];
  cbor_reader field = mr_field(request, "final");
  bool final = merging || cbor_read_bool(&field);
  mr_source *sources = mr_read_sources(request, &count);
  if (!sources || (field.failed && !merging)) return "the request is malformed";

  mr_merge merge;
  mr_run_writer writer = {0};
  const char *error = NULL;
  keys = values_seen = 0;
  if (mr_merge_open(&merge, sources, count)) {
    if (!blob_create(&writer.blob, final ? BLOB_DURABLE : BLOB_SCRATCH)) error = posiv_error();
    else error = merging ? join_all(&merge, &writer) : reduce_all(&merge, &writer, final);
  }
  if (writer.blob.open) {
    if (error) writer.blob.failed = true; // the seal drops it
    if (!blob_seal(&writer.blob, id) && !error) error = posiv_error();
  }
  if (merge.lost >= 0) error = reply_lost(reply, &merge);
  else if (!error) error = reply_blob(reply, id, writer.blob.size);
  mr_merge_close(&merge);
  free(sources);
  return error;
}

static bool answer(const posiv_request *request, cbor_writer *reply, const char **error) {
  if (mr_is(request, "finish")) {
    cbor_write_map(reply, 0);
    return false;
  }
  *error = process(request, reply, mr_is(request, "merge"));
  return true;
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  static const char *const identities[] = {"reduce", "merge", "finish"};
  (void)cmd, (void)count;
  mr_serve(identities, 3, answer);
  return 0;
}
