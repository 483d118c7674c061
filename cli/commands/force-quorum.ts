import { Command } from 'commander';
import type { RegisterInfo } from '#posiv-wit/generated/admin.ts';
import type { NodeChoice } from '../control-target.ts';
import { UsageError } from '../errors.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatDuration } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function registersCommand(): Command {
  const command = new Command('registers')
    .description(
      'Shows where the cluster keeps its registers, and which of the nodes that keep them can be reached.',
    )
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(async (options: Options) => {
      const { withSession } = await import('../session.ts');
      const { json } = await import('../output/table.ts');
      const info = await withSession(options, async (client) => client.registers.info());
      process.stdout.write(options.json ? json(info) : `${describe(info).join('\n')}\n`);
    });
  return examples(command, 'vstar cluster registers');
}

export function forceQuorumCommand(): Command {
  const command = new Command('force-quorum')
    .description(
      'Begins the registers anew with what can be reached of them: for when more than half of the nodes that keep them are ' +
        'gone for good. What was acknowledged by those alone is lost. Without --yes it only says what it would do.',
    )
    .option('--yes', 'do it')
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(async (options: Options) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      const { json } = await import('../output/table.ts');
      await withSession(options, async (client) => {
        if (options.yes !== true) {
          const info = await client.registers.info();
          // The quorum of an etcd is its own: the node refuses, and says what to do.
          if (info.kept !== 'etcd') throw new UsageError(warning(info));
        }
        const forced = await answer('cluster force-quorum', client.registers.forceQuorum());
        process.stdout.write(
          options.json
            ? json(forced)
            : `${forced.registers} registers go on, as ${list(forced.asked)} had them; ${forced.restored} of them were restored from what is known of paths\n` +
                `what ${list(forced.lost)} alone had is lost\n`,
        );
      });
    });
  return examples(command, 'vstar cluster registers', 'vstar cluster force-quorum --yes');
}

function describe({ kept, epoch, keepers }: RegisterInfo): string[] {
  if (kept === 'etcd') return ['registers are kept in etcd, whose quorum is its own'];
  return [
    `registers are kept by ${keepers.length} acceptors, epoch ${epoch}`,
    ...keepers.map(({ node, name, reachable, silentMs }) => {
      const standing = reachable ? 'reached' : `not reached for ${formatDuration(silentMs)}`;
      return `  ${name} (${node})  ${standing}`;
    }),
  ];
}

function warning(info: RegisterInfo): string {
  const lost = info.keepers.filter(({ reachable }) => !reachable).map(({ name }) => name);
  const quorum = Math.floor(info.keepers.length / 2) + 1;
  const there = info.keepers.length - lost.length;
  if (there >= quorum)
    return `${describe(info).join('\n')}\nmore than half of them can be reached: there is nothing to be forced`;
  return [
    ...describe(info),
    `the registers would go on without ${lost.join(', ')}.`,
    'Names, leases and paths that only these had are LOST, though they were acknowledged. If they still run somewhere, cut',
    'off, whatever they do there is lost when they meet this node: so make sure that they are gone, or stop them first.',
    'Start whichever of them can be started instead: two of three, three of five are enough.',
    'Do this on one node only, the one that reaches most others. To go on, give --yes',
  ].join('\n');
}

function list(ids: readonly string[]): string {
  return ids.length > 0 ? ids.join(', ') : 'nobody';
}
