// Runs AVA with its TAP reporter, shows the lines as they come and closes with one line that a script can read:
// "N passed, N failed".
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.js', import.meta.url));
// Each file of tests is a thread that loads its modules anew, and many start nodes: what was compiled once is there for all.
const compiled = fileURLToPath(new URL('../.cache/tests/compiled', import.meta.url));
const ava = spawn(process.execPath, [cli, '--tap', ...process.argv.slice(2)], {
  env: { NODE_COMPILE_CACHE: compiled, ...process.env },
  stdio: ['inherit', 'pipe', 'inherit'],
});
const exited = new Promise((resolve) => ava.once('close', resolve)); // null after a signal
const count = { pass: 0, fail: 0 };
for await (const line of createInterface({ input: ava.stdout })) {
  console.log(line);
  // The result lines themselves are counted: AVA's own "# fail" also counts what never ran.
  const result = /^(not )?ok \d+/.exec(line);
  if (!result || /# (SKIP|TODO)/.test(line)) continue;
  count[result[1] ? 'fail' : 'pass'] += 1;
}
const code = await exited;
if (code !== 0 && count.fail === 0) count.fail = 1; // nothing ran, or AVA itself broke
console.log(`${count.pass} passed, ${count.fail} failed`);
process.exitCode = code === 0 && count.fail === 0 ? 0 : 1;
