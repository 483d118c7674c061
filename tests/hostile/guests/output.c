// A WASI command that writes without end.
#include <unistd.h>

static char text[1 << 20];

int main(void) {
  for (;;) write(1, text, sizeof text);
}
