import { join } from 'node:path';
import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { defaultDataDir } from '../folders.ts';
import { forceQuorumCommand, registersCommand } from './force-quorum.ts';
import { dataOption, examples, jsonOption } from '../options.ts';

interface OfflineOptions {
  readonly data: string;
  readonly rootKey?: string;
  readonly json?: boolean;
}

interface ShowOptions extends NodeChoice {
  readonly json?: boolean;
}

export function clusterCommand(): Command {
  return new Command('cluster')
    .summary('who belongs to a cluster: its root key, its members, who is out')
    .description(
      'Makes a cluster, says who may admit nodes to it, takes nodes out of it, and goes on without nodes that are gone. docs/cluster.md has the whole of it.',
    )
    .addCommand(initCommand())
    .addCommand(showCommand())
    .addCommand(identityCommand())
    .addCommand(admitCommand())
    .addCommand(revokeCommand())
    .addCommand(registersCommand())
    .addCommand(forceQuorumCommand());
}

function initCommand(): Command {
  const command = new Command('init')
    .description(
      'Makes the root key of a new cluster, and in a data folder the node that founds it: start that with vstar node. ' +
        'A node that is started without does the same by itself.',
    )
    .option('--data <dir>', 'the folder of the first node', defaultDataDir())
    .option('--root-key <file>', 'where to put the key (default: root.key in that folder)')
    .addOption(jsonOption('write JSON'))
    .action(async (options: OfflineOptions) => {
      const { initCluster } = await import('#node/offline-admission.ts');
      const { json } = await import('../output/table.ts');
      const made = await initCluster(options.data, options.rootKey);
      process.stdout.write(
        options.json
          ? json(made)
          : `cluster ${made.cluster}, founded by node ${made.node}\n` +
              `its root key is ${made.rootKey}: keep a copy where no node runs\n`,
      );
    });
  return examples(
    command,
    'vstar cluster init',
    'vstar cluster init --data ./first --root-key /media/stick/root.key',
  );
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Shows the cluster of a node, and what that node may do in it.')
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(async (options: ShowOptions) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      const { json } = await import('../output/table.ts');
      const found = await withSession(options, (client) =>
        answer('cluster show', client.admission.cluster()),
      );
      if (options.json) {
        process.stdout.write(json(found));
        return;
      }
      const lines = [
        `cluster          ${found.id}`,
        `node             ${found.node}`,
        `its PeerID       ${found.peerId}`,
        `may admit        ${found.admits ? 'yes' : 'no'}`,
        `has the root key ${found.hasRootKey ? 'yes' : 'no'}`,
        `revoked nodes    ${list(found.revokedNodes)}`,
        `revoked tickets  ${list(found.revokedTickets)}`,
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
  return examples(command, 'vstar cluster show', 'vstar cluster show --json');
}

function identityCommand(): Command {
  const command = new Command('identity')
    .description(
      'Prints the PeerID of the node of a data folder, whose key is made if there is none. The node must not run: of one that runs, vstar cluster show tells it.',
    )
    .option('--data <dir>', 'its data folder', defaultDataDir())
    .addOption(jsonOption('write JSON'))
    .action(async (options: OfflineOptions) => {
      const { offlineIdentity } = await import('#node/offline-admission.ts');
      const { json } = await import('../output/table.ts');
      const found = await offlineIdentity(options.data);
      process.stdout.write(options.json ? json(found) : `${found.peerId}\n`);
    });
  return examples(command, 'vstar cluster identity --data ./second');
}

function admitCommand(): Command {
  const command = new Command('admit')
    .description(
      'Makes the node of a PeerID a member with the root key alone, where no node has to run. Prints the certificate, ' +
        'which is of use to that node only: it gives it as its ticket.',
    )
    .argument('<peer id>', "as 'vstar cluster identity' prints it")
    .option('--data <dir>', 'the folder that has the root key', defaultDataDir())
    .option('--root-key <file>', 'the key, where it is kept elsewhere')
    .option('--admits', 'let it admit others too')
    .action(async (peerId: string, options: OfflineOptions & { readonly admits?: boolean }) => {
      const { certify } = await import('#node/offline-admission.ts');
      const { data, rootKey = join(data, 'root.key'), admits = false } = options;
      process.stdout.write(`${await certify(rootKey, peerId, admits)}\n`);
    });
  return examples(command, 'vstar cluster admit 12D3KooW... --root-key /media/stick/root.key');
}

function revokeCommand(): Command {
  const command = new Command('revoke')
    .description(
      'Takes a node out of the cluster for good: its connections are cut, and it is never admitted again. Prints the ids ' +
        'of all that are out.',
    )
    .argument('<node>', 'its id, name or PeerID')
    .option('--with-admitted', 'also those that it admitted with its own key')
    .addOption(dataOption())
    .action(async (node: string, options: NodeChoice & { readonly withAdmitted?: boolean }) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      const out = await withSession(options, (client) =>
        answer(
          `cluster revoke ${node}`,
          client.admission.revokeNode(node, options.withAdmitted ?? false),
        ),
      );
      process.stdout.write(out.map((id) => `${id}\n`).join(''));
    });
  return examples(command, 'vstar cluster revoke node-3');
}

function list(ids: readonly string[]): string {
  return ids.length > 0 ? ids.join(' ') : 'none';
}
