/** The address of everybody. */
export const BROADCAST = 0xff_ff_ff_ff_ff_ff;

/** A frame between two addresses, told as numbers; those of cards are even in their first byte. */
export function ethernet(to: number, from: number, text = ''): Uint8Array {
  const frame = Buffer.alloc(14 + text.length);
  frame.writeUIntBE(to, 0, 6);
  frame.writeUIntBE(from, 6, 6);
  frame.write(text, 14);
  return new Uint8Array(frame);
}

export function textOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(14)).toString();
}
