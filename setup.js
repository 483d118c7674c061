// Installs what is missing before `npm start` and `npm test`. Plain JavaScript: it runs under whatever Node started npm
// (20 or later), before node_modules exists, and takes a few milliseconds when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const wanted = createHash('sha256')
  .update(readFileSync(`${root}/package-lock.json`))
  .digest('hex');
const stamp = `${root}/node_modules/.installed`; // the digest of the lock file that was installed
const binary = `${root}/node_modules/node/bin/node`;

const installed = existsSync(stamp) && existsSync(binary) && readFileSync(stamp, 'utf8') === wanted;

if (!installed) {
  process.stderr.write('vstarcloud: installing dependencies, once (about 1 GB, a minute)\n');
  // npm puts node_modules/.bin first on the PATH, so from the second start on this file runs under the very Node that
  // `npm ci` is about to delete. npm itself was started by the system's Node, which it names in npm_node_execpath.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const npm = process.env.npm_execpath;
  const env = { ...process.env };
  // What the outer npm set would override the inner one's own settings.
  for (const name of Object.keys(env)) {
    if (/^npm_(config|package|lifecycle)_/i.test(name)) delete env[name];
  }
  const [command, args] = npm ? [node, [npm, 'ci']] : ['npm', ['ci']];
  const done = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    process.stderr.write(
      `vstarcloud: npm ci failed (${done.status ?? done.signal}); see above, then run the command again\n`,
    );
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
