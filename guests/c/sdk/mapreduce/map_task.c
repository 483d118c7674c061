// The `run` of a map vTask: maps the splits that the master gives it into one table, and at 'finish' leaves all it has as
// one sorted, partitioned scratch blob.
#include "mapreduce.h"
#include "mapreduce/request.h"
#include "mapreduce/split.h"
#include <stdlib.h>

#define DEFAULT_BUDGET (64u << 20)

static posiv_emitter emitter;
static uint32_t partitions;
static uint64_t mapped;
static mr_run *spills;
static uint32_t spill_count;

static void spill(posiv_emitter *full) {
  spills = realloc(spills, (spill_count + 1) * sizeof *spills);
  if (!spills) __builtin_trap();
  if (mr_write_run(full, partitions, &spills[spill_count])) spill_count++;
  else if (!full->error) full->error = posiv_error();
}

static const char *write_group(mr_run_writer *writer, posiv_slice key, const posiv_slice *values, size_t count) {
  uint64_t sum = posiv_sum(values, count);
  posiv_output output = {0};
  const char *error = NULL;
  if (!emitter.bytes) {
    mr_write_record(writer, key.data, (uint32_t)key.size, &sum, sizeof sum);
  } else if (count > 1) {
    error = posiv_combine(key, values, count, &output);
    if (output.failed) error = "a combined value has more than 64 MiB";
    if (!error) mr_write_record(writer, key.data, (uint32_t)key.size, output.bytes, (uint32_t)output.size);
    free(output.bytes);
  } else {
    mr_write_record(writer, key.data, (uint32_t)key.size, values[0].data, (uint32_t)values[0].size);
  }
  return error;
}

static const char *join_part(mr_run_writer *writer, uint32_t part) {
  mr_source *sources = calloc(spill_count, sizeof *sources);
  if (!sources) __builtin_trap();
  for (uint32_t i = 0; i < spill_count; i++) {
    uint64_t from = spills[i].bounds[part];
    sources[i] = (mr_source){spills[i].blob, from, spills[i].bounds[part + 1] - from};
  }
  mr_merge merge;
  const char *error = NULL;
  int found = mr_merge_open(&merge, sources, spill_count) ? 1 : -1;
  while (found > 0 && !error) {
    mr_record record;
    posiv_slice key;
    const posiv_slice *values;
    size_t count;
    if (emitter.bytes && !posiv_combine) {
      if ((found = mr_merge_next(&merge, &record)) > 0)
        mr_write_record(writer, record.key, record.key_size, record.value, record.value_size);
    } else if ((found = mr_merge_group(&merge, &key, &values, &count)) > 0) {
      error = write_group(writer, key, values, count);
    }
  }
  if (found < 0) error = merge.error;
  mr_merge_close(&merge);
  free(sources);
  return error;
}

static const char *join_spills(mr_run *run) {
  mr_run_writer writer = {0};
  const char *error = NULL;
  run->bounds = calloc(partitions + 1, sizeof *run->bounds);
  if (!run->bounds) __builtin_trap();
  if (!blob_create(&writer.blob, BLOB_SCRATCH)) return posiv_error();
  for (uint32_t part = 0; part < partitions && !error; part++) {
    error = join_part(&writer, part);
    run->bounds[part + 1] = writer.blob.size;
  }
  if (error) writer.blob.failed = true;
  if (!blob_seal(&writer.blob, run->blob)) return error ? error : posiv_error();
  for (uint32_t i = 0; i < spill_count; i++) blob_release(spills[i].blob); // a failure leaves it to the master's end
  return NULL;
}

static const char *map(const posiv_request *request, cbor_writer *reply) {
  static char blob[BLOB_ID_ROOM];
  cbor_reader id = mr_field(request, "blob"), offset = mr_field(request, "offset");
  cbor_reader size = mr_field(request, "size"), blob_size = mr_field(request, "blobSize");
  size_t length;
  const char *text = cbor_read_text(&id, &length);
  mr_split split = {blob, cbor_read_uint(&offset), cbor_read_uint(&size), cbor_read_uint(&blob_size)};
  if (id.failed || offset.failed || size.failed || blob_size.failed || length >= sizeof blob ||
      split.offset > split.blob_size || split.size > split.blob_size - split.offset)
    return "the request 'map' is malformed";
  __builtin_memcpy(blob, text, length);
  blob[length] = 0;

  const char *error = mr_map_split(&split, &emitter);
  if (error) return error;
  mapped += split.size;
  cbor_write_map(reply, 3);
  cbor_write_name(reply, "bytes");
  cbor_write_uint(reply, mapped);
  cbor_write_name(reply, "keys");
  cbor_write_uint(reply, emitter.count);
  cbor_write_name(reply, "spills");
  cbor_write_uint(reply, spill_count);
  return NULL;
}

static const char *finish(cbor_writer *reply) {
  mr_run run;
  if (spill_count == 0) {
    if (!mr_write_run(&emitter, partitions, &run)) return posiv_error();
  } else {
    if (emitter.count) spill(&emitter);
    const char *error = emitter.error ? emitter.error : join_spills(&run);
    if (error) return error;
  }
  cbor_write_map(reply, 2);
  cbor_write_name(reply, "blob");
  cbor_write_name(reply, run.blob);
  cbor_write_name(reply, "bounds");
  cbor_write_array(reply, partitions + 1);
  for (uint32_t i = 0; i <= partitions; i++) cbor_write_uint(reply, run.bounds[i]);
  return NULL;
}

static bool answer(const posiv_request *request, cbor_writer *reply, const char **error) {
  bool mapping = mr_is(request, "map");
  *error = mapping ? map(request, reply) : finish(reply);
  // What a failed split emitted is in the table among the rest: this vTask cannot be trusted any more.
  if (*error) posiv_fail(*error);
  return mapping && !*error;
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  static const char *const identities[] = {"map", "finish"};
  partitions = (uint32_t)mr_setting(cmd, count, "partitions", 1);
  if (partitions < 1 || partitions > 4096) {
    posiv_fail("partitions must be 1 to 4096");
    return 1;
  }
  mr_table_init(&emitter, mr_setting(cmd, count, "budget", DEFAULT_BUDGET), spill);
  mr_serve(identities, 2, answer);
  return 0;
}
