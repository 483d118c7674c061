import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatDuration, parseCount, parseDuration } from '../output/units.ts';

const MAX_USES = 1_024;

interface CreateOptions extends NodeChoice {
  readonly ttl?: number;
  readonly uses?: number;
  readonly node?: string;
  readonly admits?: boolean;
  readonly json?: boolean;
}

interface ListOptions extends NodeChoice {
  readonly json?: boolean;
}

export function ticketCommand(): Command {
  return new Command('ticket')
    .summary('make, list or revoke what other nodes join by')
    .description(
      'Makes what other nodes join the cluster by. For the owner of a node that may admit, which must run while they join.',
    )
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description(
      'Makes a ticket and prints it, once. Whoever has it can join until it ends: hand it on as you would a password.',
    )
    .option(
      '--ttl <time>',
      'how long it lasts, up to 30d (default: 1h)',
      parseDuration('--ttl', 1_000, 30 * 86_400_000),
    )
    .option(
      '--uses <n>',
      'how many nodes may join by it (default: 1)',
      parseCount('--uses', 1, MAX_USES),
    )
    .option('--node <peer id>', "the only node that may join by it: see 'vstar cluster identity'")
    .option('--admits', 'let who joins by it admit others too')
    .addOption(jsonOption('write its id and itself as JSON'))
    .addOption(dataOption())
    .action(async (options: CreateOptions) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      const { json } = await import('../output/table.ts');
      const { ttl = 0, uses = 0, node, admits = false } = options;
      const made = await withSession(options, (client) =>
        answer('ticket create', client.admission.createTicket({ ttlMs: ttl, uses, node, admits })),
      );
      process.stdout.write(options.json ? json(made) : `${made.text}\n`);
    });
  return examples(
    command,
    'vstar ticket create',
    'vstar ticket create --ttl 10m --uses 3',
    'vstar ticket create --node 12D3KooW...',
  );
}

function listCommand(): Command {
  const command = new Command('ls')
    .description('Lists the tickets that this node has made and that have not ended.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { withSession } = await import('../session.ts');
      const { json, table } = await import('../output/table.ts');
      const tickets = await withSession(options, async (client) => client.admission.tickets());
      if (options.json) {
        const plain = tickets.map((each) => ({ ...each, node: each.node ?? null }));
        process.stdout.write(json(plain));
        return;
      }
      const rows = tickets.map(({ id, remainingMs, uses, usedBy, node, admits }) => [
        id,
        formatDuration(remainingMs),
        `${usedBy.length} of ${uses}`,
        admits ? 'yes' : 'no',
        node ?? '',
      ]);
      const columns = [
        { title: 'TICKET' },
        { title: 'ENDS IN', align: 'right' },
        { title: 'USED', align: 'right' },
        { title: 'ADMITS' },
        { title: 'ONLY FOR' },
      ] as const;
      process.stdout.write(table(columns, rows));
    });
  return examples(command, 'vstar ticket ls', 'vstar ticket ls --json');
}

function revokeCommand(): Command {
  const command = new Command('revoke')
    .description('Makes a ticket void on all nodes. Who has joined by it stays.')
    .argument('<id>', "as 'vstar ticket ls' shows it")
    .addOption(dataOption())
    .action(async (id: string, options: NodeChoice) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      await withSession(options, (client) =>
        answer(`ticket revoke ${id}`, client.admission.revokeTicket(id)),
      );
    });
  return examples(command, 'vstar ticket revoke 0a1b2c3d4e5f6071');
}
