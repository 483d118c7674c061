/** What the thread of a lane in a cell begins with: from here on it is `lane.ts`, as the build of it has compiled that. */
import { dirname, join } from 'node:path';
import { runCompiled } from '#wasm-abi/compiled-script.ts';

const [, thread = ''] = process.argv;
runCompiled(join(dirname(thread), 'lane'));
