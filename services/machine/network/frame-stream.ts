/**
 * Ethernet frames on a stream of QEMU's (`-netdev stream`): before each its length, four bytes, the most significant first.
 * There is neither a preamble nor a checksum.
 */

const LENGTH_BYTES = 4;
/** Two addresses and what kind of frame it is. */
export const HEADER_BYTES = 14;
/** With a tag of a virtual network: what a card without large frames may send. */
export const MAX_FRAME_BYTES = 1_522;
// The longest that QEMU itself sends (NET_BUFSIZE of its net/net.h).
const MAX_CLAIMED_BYTES = 4_096 + 65_536;

/** Reads the frames of one stream. Whoever writes there may be a guest that has taken its hypervisor over. */
export class FrameReader {
  readonly #take: (frame: Uint8Array) => void;
  #rest: Uint8Array = new Uint8Array();

  /** @param take called with each frame, a view that is good until it returns */
  constructor(take: (frame: Uint8Array) => void) {
    this.#take = take;
  }

  /**
   * Takes what has come. Keeps less than one frame of it. Frames that are too short or too long for a wire are left out.
   * @returns false where it cannot be frames: nothing that comes after it means anything
   */
  push(bytes: Uint8Array): boolean {
    let all = bytes;
    if (this.#rest.length > 0) {
      all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
    }
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    let at = 0;
    while (all.length - at >= LENGTH_BYTES) {
      const length = view.getUint32(at);
      if (length > MAX_CLAIMED_BYTES) return false;
      const end = at + LENGTH_BYTES + length;
      if (end > all.length) break;
      if (length >= HEADER_BYTES && length <= MAX_FRAME_BYTES)
        this.#take(all.subarray(at + LENGTH_BYTES, end));
      at = end;
    }
    this.#rest = all.slice(at);
    return true;
  }
}

/** What is written for a frame. */
export function framed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length);
  bytes.set(frame, LENGTH_BYTES);
  return bytes;
}
