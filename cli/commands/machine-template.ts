import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';

export function machineTemplateCommand(): Command {
  return new Command('template')
    .summary('what machines start from')
    .description(
      'What machines start from: a kernel and a first file system, which each node starts once.',
    )
    .addCommand(buildCommand())
    .addCommand(lsCommand())
    .addCommand(rmCommand());
}

function buildCommand(): Command {
  const command = new Command('build')
    .description(
      "Makes a small Linux of Debian's kernel and busybox, fetched from this machine's package sources, and keeps it in " +
        'vStore. It needs apt and dpkg, and no root.',
    )
    .argument('[name]', 'of the template', 'debian')
    .addOption(dataOption())
    .action(async (name: string, options: NodeChoice) => {
      const { buildTemplate } = await import('../machine/template/command.ts');
      await buildTemplate(name, options);
    });
  return examples(command, 'vstar machine template build', 'vstar machine template build debian');
}

function lsCommand(): Command {
  const command = new Command('ls')
    .description('Lists the templates.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (options: NodeChoice & { readonly json?: boolean }) => {
      const { showTemplates } = await import('../machine/template/command.ts');
      await showTemplates(options);
    });
  return examples(command, 'vstar machine template ls');
}

function rmCommand(): Command {
  const command = new Command('rm')
    .description(
      'Takes a template away. Machines that are there go on; none of them can be made again.',
    )
    .argument('<name>')
    .addOption(dataOption())
    .action(async (name: string, options: NodeChoice) => {
      const { withSession } = await import('../session.ts');
      const { removeTemplate } = await import('../machine/template/stored-template.ts');
      await withSession(options, (client) => removeTemplate(client, name));
    });
  return examples(command, 'vstar machine template rm debian');
}
