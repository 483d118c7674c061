// npm run test:linearizability: apart from `npm test`, since it needs Go.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsGiven, positive } from '#tests/support/command.ts';
import { isOnPath } from '#tests/languages/tools.ts';
import { isLinearizable, type Entry } from '#tests/p2p/registers/support/history.ts';
import { seededRandom } from '#tests/simulation/world/seeded-random.ts';
import { historyOf } from './histories.ts';

const PORCUPINE = fileURLToPath(new URL('porcupine/', import.meta.url));

const USAGE = `Usage: npm run test:linearizability -- [--histories N] [--seed S]

Whether tests/support/linearizability.ts judges random histories as Porcupine (github.com/anishathalye/porcupine) does.
`;

const { histories: count, seed } = optionsGiven(USAGE, (args) => {
  const options = {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  } as const;
  const { values } = parseArgs({ args, options });
  return {
    histories: positive('histories', values.histories),
    seed: positive('seed', values.seed),
  };
});

/** What Porcupine says of each. */
async function judged(histories: readonly (readonly Entry[])[]): Promise<boolean[]> {
  const child = spawn('go', ['run', '.'], { cwd: PORCUPINE, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const output = text(child.stdout);
  for (const history of histories)
    child.stdin.write(
      `${JSON.stringify(history.map(({ operation, ...times }) => ({ ...times, ...operation })))}\n`,
    );
  child.stdin.end();
  const verdicts = (await output).trim().split('\n');
  const [status] = (await ended) as [number];
  if (status !== 0 || verdicts.length !== histories.length)
    throw new Error(`Porcupine ended with ${status} after ${verdicts.length} verdicts`);
  return verdicts.map((verdict) => verdict === 'true');
}

if (await isOnPath('go')) {
  const random = seededRandom(seed, 'histories');
  const histories = Array.from({ length: count }, () => historyOf(random));
  const theirs = await judged(histories);
  const ours = histories.map((history) => isLinearizable(history));
  const other = histories.filter((_, at) => ours[at] !== theirs[at]);
  const sound = theirs.filter(Boolean).length;
  console.log(
    `${histories.length} histories, ${sound} of them linearizable by Porcupine; ${other.length} judged otherwise`,
  );
  for (const history of other.slice(0, 3)) console.log(JSON.stringify(history));
  // Histories of one kind alone would show nothing.
  const both = sound > 0 && sound < histories.length;
  process.exitCode = other.length === 0 && both ? 0 : 1;
} else console.log('not run: install Go (apt install golang-go)');
