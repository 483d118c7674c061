import type { Random } from '#kernel/random.ts';

/** The same numbers for the same seed, and others for each name: sfc32 of PractRand. */
export function seededRandom(seed: number, name: string): Random {
  let [a, b, c, counter] = [seed | 0, hashOf(name), 0x9e37_79b9 | 0, 1];
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word();
  return {
    next: () => word() / 2 ** 32,
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 1) bytes[at] = word() >>> 24;
      return bytes;
    },
  };
}

/** FNV-1a. */
export function hashOf(text: string, from = 0x811c_9dc5): number {
  let hash = from;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  return hash | 0;
}

/** A whole number from 0 to below `below`. */
export function pick(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}
