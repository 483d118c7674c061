import test from 'ava';
import type { Kernel } from '#kernel/kernel.ts';
import { ImageSource } from '#node/image-source.ts';
import type { KeptManagers } from '#node/managers/kept-managers.ts';
import { wireManagerCalls } from '#node/managers/manager-calls.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';
import { ok } from '#posiv-wit/result.ts';
import { MAX_IMAGE_BYTES } from '#wasm-abi/inspect.ts';
import { bad } from '#tests/support/results.ts';

test('a manager whose image is too large is refused: there is no quota that it would exceed', async (t) => {
  const blobs = { size: async () => ok(MAX_IMAGE_BYTES + 1) } as unknown as BlobsCalls;
  const calls = wireManagerCalls({
    kernel: {} as Kernel,
    managers: {} as KeptManagers,
    images: new ImageSource({ blobs, files: {} as FilesCalls }),
  });
  const answer = await calls.plug('task', 'a blob');
  t.is(bad(answer), 'refused');
  t.regex(JSON.stringify(answer), /image too large/);
});
