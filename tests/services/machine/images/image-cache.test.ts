// What a node has of images on its disk.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '#kernel/system-clock.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { ImageCache } from '#services/machine/images/image-cache.ts';
import { PIECE_BYTES, PieceMap } from '#services/machine/images/piece-map.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { quiet } from '#tests/support/quiet.ts';
import { MemoryBlobs } from '../support/memory-blobs.ts';

/** A cache, and a store with images of a piece each. */
async function world(t: ExecutionContext) {
  const folder = await temporaryFolder();
  const cache = new ImageCache({ clock: systemClock, logger: quiet }, folder.path);
  t.teardown(async () => {
    await cache[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  const blobs = new MemoryBlobs();
  const bytes = randomBytes(PIECE_BYTES);
  const map = PieceMap.of(PIECE_BYTES, Uint8Array.of(1)).toText();
  const use = (name: string) => {
    const image = {
      pieces: blobs.put(`${name}.pieces`, bytes),
      index: blobs.put(name, Buffer.from(map)),
    };
    return cache.use(image, blobs.calls);
  };
  const files = (): Promise<string[]> => readdir(join(folder.path, 'images')).catch(() => []);
  return { cache, bytes, use, files };
}

test('nothing of an image is on the disk until it is read, and then once for all who read it', async (t) => {
  const { bytes, use, files } = await world(t);
  using one = await use('a');
  using other = await use('a');
  t.deepEqual(await files(), []);
  for (const { value } of [one, other])
    t.is(Buffer.compare(await value.read(0, PIECE_BYTES), bytes), 0);
  t.is(one.value.fetched, PIECE_BYTES);
  t.is((await files()).length, 1);
});

test('of images that nobody reads any more the eight that were used last stay, of others all', async (t) => {
  const { cache, bytes, use, files } = await world(t);
  const read = async (name: string): Promise<number> => {
    using image = await use(name);
    const before = image.value.fetched;
    await image.value.read(0, 512);
    return image.value.fetched - before;
  };
  const held = await use('held');
  await held.value.read(0, 512);
  for (let at = 0; at < 10; at += 1) t.is(await read(`${at}`), PIECE_BYTES);
  t.is(await read('9'), 0);
  t.is(await read('2'), 0);
  t.is(await read('0'), PIECE_BYTES); // it had gone, and now another has
  t.is(await read('3'), PIECE_BYTES);
  t.is(Buffer.compare(await held.value.read(0, PIECE_BYTES), bytes), 0);
  t.is(held.value.fetched, PIECE_BYTES);
  held[Symbol.dispose]();
  await cache[Symbol.asyncDispose]();
  t.deepEqual(await files(), []);
});

test('one who reads while its image is let go is answered or told that it failed, and nothing is left', async (t) => {
  const { cache, use, files } = await world(t);
  const image = await use('a');
  const reading = Promise.allSettled([image.value.read(0, PIECE_BYTES)]);
  image[Symbol.dispose]();
  await cache[Symbol.asyncDispose]();
  await reading;
  t.deepEqual(await files(), []);
});

test('a node that is stopped does not wait for what it fetches of an image', async (t) => {
  t.timeout(60_000);
  await using folder = await temporaryFolder();
  const cache = new ImageCache({ clock: systemClock, logger: quiet }, folder.path);
  const blobs = new MemoryBlobs();
  const index = Buffer.from(PieceMap.of(PIECE_BYTES, Uint8Array.of(1)).toText());
  const asked = Promise.withResolvers<void>();
  // Whoever has its pieces never answers.
  const read: BlobsCalls['read'] = (blob, offset, size) => {
    if (blob === 'a') return blobs.calls.read(blob, offset, size);
    asked.resolve();
    return new Promise(() => {});
  };
  const image = { pieces: 'pieces', index: blobs.put('a', index) };
  const { value } = await cache.use(image, { ...blobs.calls, read });
  const reading = t.throwsAsync(value.read(0, 512), { code: 'failed' });
  await asked.promise;
  await cache[Symbol.asyncDispose]();
  await reading;
});

test('nor for one whose map has not come', async (t) => {
  t.timeout(60_000);
  await using folder = await temporaryFolder();
  const cache = new ImageCache({ clock: systemClock, logger: quiet }, folder.path);
  const blobs = new MemoryBlobs();
  const image = { pieces: 'pieces', index: blobs.put('a', Buffer.from('{}')) };
  const read: BlobsCalls['read'] = () => new Promise(() => {});
  const using = t.throwsAsync(cache.use(image, { ...blobs.calls, read }), { code: 'failed' });
  await cache[Symbol.asyncDispose]();
  await using;
});
