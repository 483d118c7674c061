// Ping-pong: makes a pong, on another node if one is named, and sends it pings.
//
//   ping PONG-IMAGE [ROUNDS] [NODE]
#include "cbor.h"
#include "vtask.h"
#include <string.h>

#define WAIT_MS 10000 // for one answer; the first waits for the pong's start

static uint32_t number(posiv_slice digits) {
  uint32_t value = 0;
  for (size_t i = 0; i < digits.size; i++) value = value * 10 + (uint32_t)(digits.data[i] - '0');
  return value;
}

static int failed(void) { return posiv_fail(posiv_error()), 1; }

int posiv_main(const posiv_slice *cmd, size_t count) {
  if (count == 0) return posiv_fail("ping PONG-IMAGE [ROUNDS] [NODE]"), 2;
  uint32_t rounds = count > 1 ? number(cmd[1]) : 1000;
  posiv_options_t options = {0};
  if (count > 2) options.node = (posiv_option_string_t){true, {(uint8_t *)cmd[2].data, cmd[2].size}};

  posiv_slice pong;
  if (!vtask_new(NULL, cmd[0], NULL, 0, &options, &pong) || !vtask_sched(pong)) return failed();
  for (uint32_t round = 0; round < rounds; round++) {
    uint8_t room[8];
    cbor_writer ping = cbor_write(room, sizeof room);
    cbor_write_uint(&ping, round);
    posiv_slice answer;
    if (!vtask_rpc(pong, "ping", WAIT_MS, (posiv_slice){(const char *)ping.bytes, ping.size}, &answer)) return failed();
    bool same = answer.size == ping.size && memcmp(answer.data, ping.bytes, ping.size) == 0;
    posiv_free(answer);
    if (!same) return posiv_fail("another answer than what was sent"), 1;
  }
  posiv_print("every ping came back\n");
  return vtask_kill(pong) ? 0 : failed();
}
