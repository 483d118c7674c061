import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { defaultDataDir } from '../folders.ts';
import { collect, examples, jsonOption } from '../options.ts';
import { parseCount, parseSize } from '../output/units.ts';
import type { NodeOptions } from '../run-node.ts';

export function nodeCommand(): Command {
  const command = withNodeOptions(
    new Command('node')
      .summary('run a worker node')
      .description(
        'Runs a worker node until Ctrl-C or SIGTERM. One that belongs to no cluster yet founds one, or joins that of ' +
          '--bootstrap by a ticket.',
      )
      .option(
        '--bootstrap <address>',
        'HOST:PORT or the multiaddr of any member of the cluster to join, may be repeated',
        collect,
      ),
  ).action(async (options: NodeOptions) => {
    const { runNode } = await import('../run-node.ts');
    await runNode(options);
  });
  return examples(
    command,
    'vstar node --name first --listen 0.0.0.0:4700',
    'vstar node --name second --data ./second --bootstrap first.example.org:4700 --ticket -',
  );
}

/** What a node is told at its start, but for whom it joins. */
export function withNodeOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'where it keeps what must not be lost', defaultDataDir())
    .option('--name <name>', 'what people call it', hostname())
    .option(
      '--listen <address>',
      'IP:PORT or the multiaddr where other nodes reach it, may be repeated (default: 127.0.0.1:0)',
      collect,
    )
    .option(
      '--announce <address>',
      'HOST:PORT or a multiaddr to tell the others instead, for a node behind a translated address or a name; may be repeated',
      collect,
    )
    .option('--lan', 'look for nodes of the local network, and be found by them (multicast DNS)')
    .option(
      '--ticket <ticket>',
      "what it joins by, as 'vstar ticket create' prints it; - reads it from standard input",
    )
    .option(
      '--registers <where>',
      'where the cluster keeps its registers: acceptors among its nodes, or etcd=URL,... (default: acceptors)',
    )
    .option('--etcd-ca <file>', "who has signed etcd's certificates, in PEM")
    .option('--etcd-cert <file>', 'what this node shows to etcd, in PEM')
    .option('--etcd-key <file>', 'the key of that, in PEM')
    .option('--etcd-user <name>', 'who it is to etcd, where that has users')
    .option('--etcd-password-file <file>', 'a file with the password')
    .option(
      '--lanes <n>',
      'threads for vTasks, of each tenant (default: one for each core)',
      parseCount('--lanes', 1, 64),
    )
    .option(
      '--warm-cells <n>',
      'processes kept started for tenants to come, where there are several (default: 1)',
      parseCount('--warm-cells', 0, 64),
    )
    .option(
      '--cell-vtasks <n>',
      'vTasks of one process: a tenant with more has several (default: 10000)',
      parseCount('--cell-vtasks', 1, 14_000),
    )
    .option(
      '--thread-tenant <name>',
      "a tenant whose vTasks run in the node's own process, may be repeated (default: system)",
      collect,
    )
    .option(
      '--memory <size>',
      'what its vTasks may hold in all (default: half of the machine)',
      parseSize('--memory'),
    )
    .addOption(
      new Option('--limits <mode>', 'enforce the limits of vTasks and tenants, or only count')
        .choices(['enforce', 'count'])
        .default('enforce'),
    )
    .option(
      '--http-port <port>',
      'let it answer HTTP on this loopback port too, 0 for any',
      parseCount('--http-port', 0, 65_535),
    )
    .option(
      '--manager <name=file>',
      'plug in a manager: resource, storage, task, security or distribution',
      collect,
    )
    .addOption(
      new Option('--log-level <level>', 'what it logs to stderr, as lines of JSON')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .addOption(jsonOption());
}
