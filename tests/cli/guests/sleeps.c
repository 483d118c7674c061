// Says that it sleeps, and sleeps for an hour.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  puts("asleep");
  fflush(stdout);
  sleep(3600);
}
