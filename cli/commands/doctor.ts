import { Command } from 'commander';
import { examples, jsonOption } from '../options.ts';

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .summary('say what confines vTasks on this machine, and what runs virtual machines')
    .description(
      'Tries out each layer that a node puts between vTasks and this machine, and what it could run virtual machines by, ' +
        'and says what works, whatever nodes know of it from before. It needs no node.',
    )
    .addOption(jsonOption())
    .action(examine);
  return examples(command, 'vstar doctor', 'vstar doctor --json');
}

async function examine(options: { readonly json?: boolean }): Promise<void> {
  const { examineCells, examineMachines } = await import('#node/doctor.ts');
  const { cacheDir } = await import('../folders.ts');
  const { json, table } = await import('../output/table.ts');
  const layers = await examineCells(cacheDir());
  const machines = await examineMachines();
  if (options.json) {
    process.stdout.write(json({ layers: layers.map(whole), machines: machines.map(whole) }));
    return;
  }
  const rows = layers.map(({ name, on, stops, why }) => [
    name,
    on ? 'on' : 'OFF',
    on ? stops : `${stops}: ${why}`,
  ]);
  const columns = [{ title: 'LAYER' }, { title: 'STATE' }, { title: 'KEEPS VTASKS FROM' }] as const;
  process.stdout.write(table(columns, rows));
  const ways = [{ title: 'MACHINES' }, { title: 'STATE' }, { title: 'WHY NOT' }] as const;
  const found = machines.map(({ name, on, why = '' }) => [name, on ? 'on' : 'OFF', why]);
  process.stdout.write(`\n${table(ways, found)}`);
}

/** What is missing is null: a program finds every field. */
function whole<T extends { readonly why: string | undefined }>(each: T): unknown {
  return { ...each, why: each.why ?? null };
}
