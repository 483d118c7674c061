// Says whether the engine of a process with lanes takes over what a build has compiled of a component.
import { Script } from 'node:vm';
import { readEntry } from '#wasm-abi/cache-entry.ts';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';
import type { Preparation } from '#wasm-abi/prepared.ts';

const [cacheDir = '', key = ''] = process.argv.slice(2);
prepareEngine();
const { meta, files } = (await readEntry<Preparation>(cacheDir, key))!;
const { source, compiled } = meta.glue!;
const script = new Script(new TextDecoder().decode(files.get(source)), {
  cachedData: files.get(compiled)!,
});
process.stdout.write(script.cachedDataRejected === true ? 'refused' : 'taken');
