// Says whether the engine of a process with lanes takes over what a build has compiled, of the files of a script and of that.
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';

const [source = '', compiled = ''] = process.argv.slice(2);
prepareEngine();
const script = new Script(readFileSync(source, 'utf8'), { cachedData: readFileSync(compiled) });
process.stdout.write(script.cachedDataRejected === true ? 'refused' : 'taken');
