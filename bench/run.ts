// npm run bench -- NAME [--json FILE] [--short] [--profile FOLDER]
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BENCHES } from './catalogue.ts';
import { machine } from './report/machine.ts';
import type { Metric } from './report/metric.ts';
import { table } from './report/table.ts';

const USAGE = 2;

function help(): string {
  const width = Math.max(...Object.keys(BENCHES).map((name) => name.length));
  const names = Object.entries(BENCHES).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return `Usage: npm run bench -- NAME [options]

Measures vStarCloud beside its baselines, by turns in the same run.

${names.join('\n')}
  ${'all'.padEnd(width)}  all of them, one after another

Options:
  --short           few and small runs: to see that it works, not to publish
  --json FILE       writes the metrics there too
  --profile FOLDER  writes CPU profiles of the nodes and their lanes there; figures are slower then
  --thread-cells    runs vTasks in threads of the nodes, to see what processes cost
  --creations N     how many machines are made by creations, control (default: 1,000 each), answering (200), libvirt (20)
  --plot FILE       draws what creations, answering or membership saw, as SVG
  --help

Examples:
  npm run bench -- rpc
  npm run bench -- rpc --short --json rpc.json
  npm run bench -- all --json figures.json`;
}

function refuse(message: string): void {
  process.stderr.write(`bench: ${message}\nSee: npm run bench -- --help\n`);
  process.exitCode = USAGE;
}

async function main(): Promise<void> {
  let given;
  try {
    given = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        profile: { type: 'string' },
        plot: { type: 'string' },
        creations: { type: 'string' },
        short: { type: 'boolean', default: false },
        'thread-cells': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = given;
  if (values.help) return void process.stdout.write(`${help()}\n`);
  const [name, ...more] = positionals;
  if (name === undefined) return refuse('which bench? NAME is missing');
  if (more.length > 0) return refuse(`one bench at a time, not also ${more.join(', ')}`);
  const names = name === 'all' ? Object.keys(BENCHES) : [name];
  const unknown = names.find((each) => !Object.hasOwn(BENCHES, each));
  if (unknown !== undefined)
    return refuse(`no bench is named '${unknown}', only ${Object.keys(BENCHES).join(', ')}, all`);
  if (values.creations !== undefined && !/^[1-9]\d{0,5}$/.test(values.creations))
    return refuse(`--creations is ${values.creations}: a number from 1`);
  await measure(names, values);
}

async function measure(
  names: readonly string[],
  options: {
    json?: string | undefined;
    profile?: string | undefined;
    plot?: string | undefined;
    creations?: string | undefined;
    short: boolean;
    'thread-cells': boolean;
  },
): Promise<void> {
  const { short, profile: profileDir, 'thread-cells': threadCells, plot } = options;
  const creations = options.creations === undefined ? undefined : Number(options.creations);
  if (profileDir !== undefined) await mkdir(profileDir, { recursive: true });
  const metrics: Metric[] = [];
  for (const name of names) {
    const note = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
    const bench = await BENCHES[name]!.load();
    metrics.push(...(await bench.run({ short, profileDir, threadCells, creations, plot, note })));
  }
  const shape = machine();
  process.stdout.write(`${shape.cores} cores, ${shape.memoryGb} GB, Node ${shape.node}`);
  process.stdout.write(`${short ? ', short run' : ''}\n\n${table(metrics)}\n`);
  if (options.json === undefined) return;
  const report = { machine: shape, short, metrics };
  await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

await main();
