// Runs AVA with its TAP reporter, shows the lines as they come and closes with one line that a script can read:
// "N passed, N failed". Before it stand the files that took longest, those that never came to an end, and how much of the processors was left.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SHOWN_SPANS = 12;
const LAST_WORDS_MS = 1_000;

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const spans = at('../.cache/tests/spans');
mkdirSync(at('../.cache/tests'), { recursive: true });
rmSync(spans, { force: true });

const ava = spawn(
  process.execPath,
  [at('../node_modules/ava/entrypoints/cli.js'), '--tap', ...process.argv.slice(2)],
  {
    // Each file of tests is a thread that loads its modules anew, and many start nodes: what was compiled once is there for all.
    env: { NODE_COMPILE_CACHE: at('../.cache/tests/compiled'), TEST_SPANS: spans, ...process.env },
    // A group of its own: where AVA itself breaks, what its tests had started goes with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ava.kill(signal));

const before = processorTimes();
const count = { pass: 0, fail: 0 };
createInterface({ input: ava.stdout }).on('line', (line) => {
  console.log(line);
  // The result lines themselves are counted: AVA's own "# fail" also counts what never ran.
  const result = /^(not )?ok \d+/.exec(line);
  if (!result || /# (SKIP|TODO)/.test(line)) return;
  count[result[1] ? 'fail' : 'pass'] += 1;
});
ava.stderr.pipe(process.stderr);

const closed = new Promise((resolve) => ava.once('close', resolve)); // both of its pipes have ended
const code = await new Promise((resolve) => ava.once('exit', resolve)); // null after a signal
killGroup(ava.pid);
// What is left over may hold the pipes open for as long as it lives.
await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref())]);
ava.stdout.destroy();
ava.stderr.destroy();

if (code !== 0 && count.fail === 0) count.fail = 1; // nothing ran, or AVA itself broke
showSpans();
console.log(`${count.pass} passed, ${count.fail} failed`);
process.exitCode = code === 0 && count.fail === 0 ? 0 : 1;

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

function showSpans() {
  const begun = new Map();
  const ended = [];
  for (const line of linesOf(spans)) {
    const [what, file, ms] = line.split('\t');
    if (what === 'begin') begun.set(file, Number(ms));
    else {
      ended.push([file, Number(ms) - begun.get(file)]);
      begun.delete(file);
    }
  }
  if (ended.length > SHOWN_SPANS) {
    const slowest = ended.toSorted(([, a], [, b]) => b - a).slice(0, SHOWN_SPANS);
    for (const [file, ms] of slowest) console.log(`# ${(ms / 1_000).toFixed(1)} s: ${file}`);
    const now = processorTimes();
    const idle = (now.idle - before.idle) / (now.all - before.all);
    console.log(`# the processors had nothing to do for ${Math.round(idle * 100)} % of the time`);
  }
  for (const file of begun.keys()) console.log(`# never came to an end: ${file}`);
}

/** Of all processors since the machine has started, in ms: whether more files at once would be quicker is seen by what is idle. */
function processorTimes() {
  const times = cpus().map((each) => each.times);
  const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap(Object.values)) };
}

function linesOf(path) {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return []; // AVA did not get as far as the first file
  }
}
