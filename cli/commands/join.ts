import { Command } from 'commander';
import { examples } from '../options.ts';
import type { NodeOptions } from '../run-node.ts';
import { withNodeOptions } from './node.ts';

export function joinCommand(): Command {
  const command = withNodeOptions(
    new Command('join')
      .summary('run a worker node that joins a cluster')
      .description(
        "Runs a worker node as 'vstar node' does, and makes it a member of the cluster that the ticket names, by any " +
          'member that listens at ADDRESS. It stays one: from then on it needs no ticket.',
      )
      .argument('<address>', 'HOST:PORT or a multiaddr of any member'),
  ).action(async (address: string, options: NodeOptions) => {
    const { runNode } = await import('../run-node.ts');
    await runNode({ ...options, bootstrap: [address] });
  });
  return examples(
    command,
    'vstar join first.example.org:4700 --ticket vstar-ticket-...',
    'ssh first vstar ticket create | vstar join /ip4/192.0.2.7/tcp/4700 --ticket -',
  );
}
