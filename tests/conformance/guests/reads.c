// reads BLOB SIZE ROUNDS SEED PIECE: reads pieces of a blob and looks at every byte; byte i of it is (i >> 10) + i. Pieces of a
// whole chunk begin where one does.
//
// Traps at the first byte that is another. Computes for a while after each read, so that those beside it wait for their turn.
#include "posiv_runtime.h"
#include "vstore.h"
#include <stdlib.h>

#define CHUNK (1u << 20)

static unsigned number(posiv_slice text) {
  unsigned value = 0;
  for (size_t i = 0; i < text.size; i++) value = value * 10 + (unsigned)(text.data[i] - '0');
  return value;
}

int posiv_main(const posiv_slice *cmd, size_t count) {
  static char blob[BLOB_ID_ROOM];
  if (count != 5 || cmd[0].size >= BLOB_ID_ROOM) return 2;
  for (size_t i = 0; i < cmd[0].size; i++) blob[i] = cmd[0].data[i];
  unsigned size = number(cmd[1]), rounds = number(cmd[2]), seed = number(cmd[3]);
  unsigned piece = number(cmd[4]);
  uint8_t *bytes = malloc(piece);
  for (unsigned round = 0; round < rounds; round++) {
    seed = seed * 1664525u + 1013904223u;
    unsigned at = piece == CHUNK ? (seed >> 3) % (size / CHUNK) * CHUNK : (seed >> 3) % (size - piece);
    uint32_t got;
    if (!blob_read(blob, at, piece, bytes, &got) || got != piece) return 3;
    for (unsigned turn = 0; turn < 8; turn++)
      for (unsigned i = 0; i < piece; i++)
        if (bytes[i] != (uint8_t)(((at + i) >> 10) + at + i)) __builtin_trap();
  }
  return 0;
}
