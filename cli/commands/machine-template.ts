import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import type { ImportOptions } from '../machine/template/import.ts';
import { dataOption, examples, jsonOption } from '../options.ts';

export function machineTemplateCommand(): Command {
  return new Command('template')
    .summary('what machines start from')
    .description(
      'What machines start from: a kernel and a first file system, which each node starts once, or the image of a disk.',
    )
    .addCommand(buildCommand())
    .addCommand(importCommand())
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

function importCommand(): Command {
  const command = new Command('import')
    .description(
      'Keeps a disk in vStore, raw or qcow2, as clouds have them. Machines boot from it, and nodes fetch of it what they read. ' +
        'What the file says of itself is not believed: one that is based on another is refused.',
    )
    .argument('<file>')
    .option('--name <name>', 'of the template (default: that of the file)')
    .option(
      '--user-data <file>',
      'what cloud-init is told, beside the name of each machine and its networks; at most 16 KiB',
    )
    .option('--ready <text>', 'a machine has started once its console has said this', 'login: ')
    .option('--kernel <file>', 'a Linux kernel to boot, where the disk has none to boot from')
    .option('--initrd <file>', 'its initramfs')
    .option('--append <words>', 'what that kernel is told, after console=ttyS0', '')
    .addOption(dataOption())
    .action(async (file: string, options: ImportOptions) => {
      const { importTemplate } = await import('../machine/template/import.ts');
      await importTemplate(file, options);
    });
  return examples(
    command,
    'vstar machine template import debian-12-generic-amd64.qcow2 --user-data user-data.yaml',
    'vstar machine template import root.ext4 --name app --kernel bzImage --initrd initrd --ready "app# "',
  );
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
