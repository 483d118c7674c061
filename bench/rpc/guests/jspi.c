// The least that a round trip between two stacks of one thread can cost: each side suspends in an import of the host.
#define HOST(name) __attribute__((import_module("host"), import_name(#name))) extern
HOST(call) int call(int value);
HOST(receive) int receive(void);
HOST(reply) void reply(int value);

__attribute__((export_name("caller"))) int caller(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; i++) sum += call(i);
  return sum;
}

__attribute__((export_name("echo"))) void echo(void) {
  for (;;) reply(receive());
}
