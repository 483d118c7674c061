// Runs one worker node as a process of its own: prints where it can be reached, and ends when its standard input does.
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { startEnduringNode } from '#node/enduring-node.ts';

const given = JSON.parse(process.argv[2]!) as Pick<NodeConfig, 'dataDir' | 'cacheDir' | 'name'>;
const node = await startEnduringNode({ ...defaultConfig(), logLevel: 'error', ...given });
await node.whenReady(AbortSignal.timeout(20_000));
process.stdout.write(
  `${JSON.stringify({ id: node.id, addresses: node.addresses, ...node.control })}\n`,
);
process.stdin.resume().once('end', () => {
  void node.close().then(() => process.exit(0));
});
