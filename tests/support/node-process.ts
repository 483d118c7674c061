// Runs one worker node as a process of its own.
import { startEnduringNode } from '#node/enduring-node.ts';
import { runNode } from './run-node.ts';

await runNode(startEnduringNode);
