// Runs one worker node as a process of its own, of the code that users run: it starts in half the time of the sources, and the heap of
// one that runs those is twice as large, and to collect it holds up all who speak to the node for twice as long.
import { loadNode } from '#node/load-node.ts';
import { nodeCode } from '#node/node-code.ts';
import { runNode } from '#tests/support/run-node.ts';

const { cacheDir } = JSON.parse(process.argv[2]!) as { readonly cacheDir: string };
const { startEnduringNode } = await loadNode(await nodeCode(cacheDir));
await runNode(startEnduringNode);
