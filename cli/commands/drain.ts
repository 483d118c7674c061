import { Command } from 'commander';
import type { PosivClient } from '#node/control/client.ts';
import type { DrainProgress } from '#posiv-wit/generated/admin.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { parseDuration } from '../output/units.ts';

const DEADLINE_MS = 60_000;
const LONGEST_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 100;

interface Options extends NodeChoice {
  readonly undo?: boolean;
  readonly deadline?: number;
  readonly json?: boolean;
}

export function drainCommand(): Command {
  const command = new Command('drain')
    .summary('empty a node of vTasks')
    .description(
      'Has a node take no new vTasks, and waits until it has none. Those with a name and a restart policy are made again on other nodes; ' +
        'the others have until the deadline, and are ended then. The node stays so, also over a restart, until --undo. ' +
        'Ctrl-C ends the waiting alone.',
    )
    .argument('<node>', 'its id or name')
    .option(
      '--deadline <time>',
      'for vTasks that are not made again elsewhere (default: 60s)',
      parseDuration('--deadline', 0, LONGEST_MS),
    )
    .option('--undo', 'let it take vTasks again')
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(drain);
  return examples(
    command,
    'vstar drain node-3',
    'vstar drain node-3 --deadline 0s',
    'vstar drain node-3 --undo',
  );
}

async function drain(node: string, options: Options): Promise<void> {
  const { UsageError } = await import('../errors.ts');
  if (options.undo && options.deadline !== undefined)
    throw new UsageError('--undo has no deadline; leave one of them out');
  const { withSession } = await import('../session.ts');
  const { answer } = await import('../answer.ts');
  const { json } = await import('../output/table.ts');
  const what = `drain ${node}`;
  const result = await withSession(options, async (client, signal) => {
    if (options.undo) {
      await answer(what, client.draining.undrain(node));
      return { node, draining: false };
    }
    const before = await answer(what, client.draining.progress(node));
    await answer(what, client.draining.drain(node, options.deadline ?? DEADLINE_MS));
    const { bound } = await untilEmpty(client, node, signal);
    return { node, draining: true, moved: before.moving, ended: before.ending, bound };
  });
  if (options.json) process.stdout.write(json(result));
  else
    process.stdout.write(
      `${node} ${options.undo ? 'takes vTasks again' : emptied(result.bound ?? 0)}\n`,
    );
}

function emptied(bound: number): string {
  const others = bound === 1 ? 'one vTask that must' : `${bound} vTasks that must`;
  return bound === 0 ? 'is empty' : `is empty; ${others} be there will be made again after --undo`;
}

async function untilEmpty(
  client: PosivClient,
  node: string,
  signal: AbortSignal,
): Promise<DrainProgress> {
  const { setTimeout: pause } = await import('node:timers/promises');
  const { answer } = await import('../answer.ts');
  const { openProgress } = await import('../output/progress.ts');
  const bar = openProgress({ label: 'drain' });
  let most = 0;
  try {
    for (;;) {
      const progress = await answer(`drain ${node}`, client.draining.progress(node));
      const left = progress.moving + progress.ending;
      if (left === 0) return progress;
      most = Math.max(most, left);
      bar.update(most - left, most, noteOf(progress));
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    bar.stop();
  }
}

function noteOf({ moving, refused, reason, ending, remainingMs }: DrainProgress): string {
  const notes = [];
  if (moving > 0) notes.push(`${moving} to be made again elsewhere`);
  if (refused > 0) notes.push(`${refused} of them go on, for no other node takes them (${reason})`);
  if (ending > 0) notes.push(`${ending} to end within ${Math.ceil(remainingMs / 1_000)} s`);
  return notes.join(', ');
}
