// (module (func (export "t") unreachable))
const MODULE = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x74, 0, 0, 0x0a, 5,
  1, 3, 0, 0, 0x0b,
]);

const unreachable = new WebAssembly.Instance(new WebAssembly.Module(MODULE)).exports[
  't'
] as () => void;

/**
 * An error that ends whoever called the host, once it is thrown. The engine lets a guest's `catch_all` catch what JavaScript
 * throws, a `RuntimeError` of its own making included; a trap of an instruction it does not, also when the same object is
 * thrown again. So this is the trap of an instruction, with another text.
 */
export function engineTrap(message: string): WebAssembly.RuntimeError {
  try {
    unreachable();
  } catch (error) {
    const caught = error as WebAssembly.RuntimeError;
    caught.message = message;
    return caught;
  }
  throw new Error('unreachable was reached');
}
