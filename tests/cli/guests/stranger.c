// Imports what nobody exports.
__attribute__((import_module("nobody:knows/this@1.0.0"), import_name("call"))) void call(void);

int main(void) {
  call();
  return 0;
}
