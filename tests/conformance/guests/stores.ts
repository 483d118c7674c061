// 'flood' writes durable blobs of 64 KiB until one is refused, and answers how many there are and why; 'small' empty ones.
import { registerRpc } from 'vstar';
import { blobs } from 'vstar/vstore';

const flood = (bytes: number) => {
  for (let written = 0; ; written += 1) {
    try {
      store(bytes);
    } catch (error) {
      return { written, why: String(error) };
    }
  }
};

function store(bytes: number): void {
  const writer = blobs.create('durable');
  try {
    if (bytes > 0) writer.write(new Uint8Array(bytes));
    writer.seal();
  } catch (error) {
    writer.abort();
    throw error;
  }
}

registerRpc('flood', () => flood(65_536));
registerRpc('small', () => flood(0));

export function run(): void {}
