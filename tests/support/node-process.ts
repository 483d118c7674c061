// Runs one worker node as a process of its own.
import { runNode } from './run-node.ts';

await runNode();
