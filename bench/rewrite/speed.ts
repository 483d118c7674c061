import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rewriteValid } from '#wasm-abi/rewrite/rewrite-module.ts';
import { interleave } from '../interleave.ts';
import { metric, type Metric } from '../report/metric.ts';

const ROUNDS = 9;

/**
 * How fast a large core module is rewritten, beside the engine's validation of it: megabytes for a second of processor
 * time, since the engine validates on several threads.
 */
export async function speed(short: boolean): Promise<readonly Metric[]> {
  const module = firstCore(await engine());
  const megabytes = module.length / 1e6;
  const rate = (run: () => unknown) => async (): Promise<number> => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (megabytes * 1e6) / (user + system);
  };
  const [validated, epoch, fuel] = await interleave(short ? 1 : ROUNDS, [
    rate(() => WebAssembly.validate(module)),
    rate(() => rewriteValid(module, 'epoch')),
    rate(() => rewriteValid(module, 'fuel')),
  ]);
  const baseline = { name: 'the engine validating it', samples: validated! };
  const what = `rewriting SpiderMonkey, ${megabytes.toFixed(1)} MB`;
  const grown = (100 * rewriteValid(module, 'epoch').bytes.length) / module.length - 100;
  return [
    metric({ name: `${what}, epoch`, unit: 'MB/CPU s', samples: epoch!, rate: true, baseline }),
    metric({ name: `${what}, fuel`, unit: 'MB/CPU s', samples: fuel!, rate: true, baseline }),
    metric({ name: 'what it grows by, epoch', unit: '%', samples: [grown] }),
  ];
}

/** The engine that jco brings along for components of JavaScript: StarlingMonkey, which is SpiderMonkey. */
async function engine(): Promise<Uint8Array> {
  const jco = fileURLToPath(import.meta.resolve('@bytecodealliance/jco'));
  return readFile(join(jco, '../../../componentize-js/lib/starlingmonkey_embedding.wasm'));
}

/** The first core module of a component, or the module itself. */
function firstCore(image: Uint8Array): Uint8Array<ArrayBuffer> {
  if (image[6] === 0) return new Uint8Array(image);
  for (let at = 8; at < image.length;) {
    const id = image[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = image[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === 1) return new Uint8Array(image.subarray(at, at + size));
    at += size;
  }
  throw new Error('the component has no core module');
}
