import { randomBytes } from 'node:crypto';
import type { Random } from '#kernel/random.ts';

/** The machine's own randomness. Only what composes a node or a lane takes it. */
export const systemRandom: Random = {
  bytes: (n) => new Uint8Array(randomBytes(n)),
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
