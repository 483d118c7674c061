// 'write' a scratch blob of so many bytes and answer its id, 'release' one, 'abort' one of so many bytes.
import { registerRpc } from 'vstar';
import { blobs } from 'vstar/vstore';

const written = (bytes: number) => {
  const writer = blobs.create('scratch');
  try {
    writer.write(new Uint8Array(bytes));
    return writer;
  } catch (error) {
    writer.abort();
    throw error;
  }
};

registerRpc('write', (bytes) => written(bytes as number).seal());
registerRpc('release', (blob) => {
  blobs.release(blob as string);
});
registerRpc('abort', (bytes) => {
  written(bytes as number).abort();
});

export function run(): void {}
