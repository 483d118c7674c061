/**
 * Of the proposal of memory control (https://github.com/WebAssembly/memory-control): a file in memory that is mapped into a
 * memory in place of what was there, and taken out again.
 */
interface MemoryMapDescriptor {
  map(memory: WebAssembly.Memory, offset: number): void;
  unmap(): void;
}

/**
 * The system takes some 200 us to take back so much, where all of it was touched. Each piece stays a mapping of its own, of which a
 * process has 65,530. The process has to be allowed a file of this size, though nothing is ever in it.
 */
export const STEP_BYTES = 2 << 20;

/** None where the engine or the system refuses one. */
let descriptor: MemoryMapDescriptor | false | undefined;

/**
 * Gives what memories hold back to the system, some of it at each step, where the engine can (`prepareEngine`): they read as zero
 * then. For memories that nobody uses any more. When the engine comes to collect them it would give all of it back at once, and on the
 * thread that they were used on: 20 ms for 200 MiB.
 * @returns at each step the bytes that were given back
 */
export function* discarded(memories: readonly WebAssembly.Memory[]): Generator<number, void> {
  const given = (descriptor ??= newDescriptor());
  if (!given) return;
  for (const memory of memories) {
    const { byteLength } = memory.buffer;
    for (let at = 0; at + STEP_BYTES <= byteLength; at += STEP_BYTES) {
      try {
        given.map(memory, at);
        given.unmap();
      } catch {
        return; // the system has no room for one more mapping: the engine gives the rest back when it collects it
      }
      yield STEP_BYTES;
    }
  }
}

function newDescriptor(): MemoryMapDescriptor | false {
  const { MemoryMapDescriptor: Made } = WebAssembly as unknown as {
    readonly MemoryMapDescriptor?: new (bytes: number) => MemoryMapDescriptor;
  };
  try {
    return Made ? new Made(STEP_BYTES) : false;
  } catch {
    return false;
  }
}
