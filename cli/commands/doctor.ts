import { Command } from 'commander';
import { examples, jsonOption } from '../options.ts';

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .summary('say what confines vTasks on this machine')
    .description(
      'Tries out each layer that a node puts between vTasks and this machine, and says which hold. It needs no node.',
    )
    .addOption(jsonOption())
    .action(examine);
  return examples(command, 'vstar doctor', 'vstar doctor --json');
}

async function examine(options: { readonly json?: boolean }): Promise<void> {
  const { examineCells } = await import('#node/doctor.ts');
  const { cacheDir } = await import('../folders.ts');
  const { json, table } = await import('../output/table.ts');
  const layers = await examineCells(cacheDir());
  if (options.json) {
    process.stdout.write(json(layers.map(({ why = null, ...rest }) => ({ ...rest, why }))));
    return;
  }
  const rows = layers.map(({ name, on, stops, why }) => [
    name,
    on ? 'on' : 'OFF',
    on ? stops : `${stops}: ${why}`,
  ]);
  const columns = [{ title: 'LAYER' }, { title: 'STATE' }, { title: 'KEEPS VTASKS FROM' }] as const;
  process.stdout.write(table(columns, rows));
}
