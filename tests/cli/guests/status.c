// Writes its arguments to standard output, a line to standard error, and ends with the number of its first argument.
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
  for (int at = 1; at < count; at++) printf("%s\n", words[at]);
  const char *variable = getenv("GREETING");
  fprintf(stderr, "greeting: %s\n", variable ? variable : "none");
  return count > 1 ? atoi(words[1]) : 0;
}
