// Writes as many KiB as it is told, as fast as it can: far more than is kept of a log.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words) {
  char line[1024];
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\n';
  for (int left = count > 1 ? atoi(words[1]) : 0; left > 0; left--)
    if (write(1, line, sizeof line) != sizeof line) return 1;
  return 0;
}
