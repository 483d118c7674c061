import test from 'ava';
import { ImageSource } from '#node/image-source.ts';
import { NodeImages } from '#node/node-images.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';
import { ok } from '#posiv-wit/result.ts';
import { MAX_IMAGE_BYTES } from '#wasm-abi/inspect.ts';

test('of an image that is too large for every quota nothing is fetched', async (t) => {
  let reads = 0;
  const blobs = {
    size: async () => ok(MAX_IMAGE_BYTES + 1),
    read: async (_blob: string, _at: number, bytes: number) => {
      reads += 1;
      return ok(new Uint8Array(bytes));
    },
  } as unknown as BlobsCalls;
  const images = new NodeImages({
    source: new ImageSource({ blobs, files: {} as FilesCalls }),
    prepare: () => Promise.reject(new Error('it was not to be prepared')),
  });
  const prepared = await images.prepare('a blob', 'default', 2 ** 40);
  t.false(prepared.ok);
  t.regex(JSON.stringify(prepared), /"refused","val":"a blob cannot be run: image too large/);
  t.is(reads, 0);
});
