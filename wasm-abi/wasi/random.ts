import { trap } from '#posiv-wit/abi/trap.ts';
import { answers, asks, type WasiFunction, type WasiInterface } from './interface.ts';

/** What one call may ask for: the host does not let others run meanwhile. */
const MAX_RANDOM_BYTES = 65_536;

/** WASI has no error for too much. */
function randomBytes(): WasiFunction {
  return asks(['i64', 'i32'], ({ sources }, { memory }) => {
    const ask = (bytes: Uint8Array): void => memory.askBytes(bytes);
    const put = (at: number, bytes: Uint8Array): void => memory.putBytes(at, bytes);
    return (length: bigint, out: number) => {
      memory.enter();
      const count = Number(BigInt.asUintN(64, length));
      if (count > MAX_RANDOM_BYTES)
        trap(`${count} random bytes at once, at most ${MAX_RANDOM_BYTES} are given`);
      const at = memory.at(out, 8, 4);
      return memory.store(ask, put, at, sources.random(count));
    };
  });
}

function randomU64(): WasiFunction {
  return answers(
    ({ sources }) =>
      () =>
        u64(sources.random(8)),
  );
}

function u64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

export const RANDOM: WasiInterface = {
  name: 'wasi:random/random',
  resources: [],
  functions: { 'get-random-bytes': randomBytes(), 'get-random-u64': randomU64() },
};

/** What need not be unguessable is so all the same. */
export const INSECURE: WasiInterface = {
  name: 'wasi:random/insecure',
  resources: [],
  functions: {
    'get-insecure-random-bytes': randomBytes(),
    'get-insecure-random-u64': randomU64(),
  },
};

const insecureSeed = answers(({ sources }, { memory }) => (out: number) => {
  memory.enter();
  const at = memory.at(out, 16, 8);
  const bytes = sources.random(16);
  memory.bytes.set(bytes, at);
});

export const INSECURE_SEED: WasiInterface = {
  name: 'wasi:random/insecure-seed',
  resources: [],
  functions: { 'insecure-seed': insecureSeed },
};
