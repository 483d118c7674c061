#!/usr/bin/env node
// The `vstar` command. Plain JavaScript that any Node can run: it hands over to the Node that the sources need.
import { spawn } from 'node:child_process';
import module from 'node:module'; // not all have what is needed of it
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from './cache-dir.js';

const SOURCES_NEED = 26; // they run as TypeScript, and vTasks are suspended by JSPI

// Before a source is loaded: to make JavaScript of them, and code of that, takes .2 s.
const compiled = join(cacheDir(), 'compiled');
if (Number.parseInt(process.versions.node, 10) >= SOURCES_NEED) {
  module.enableCompileCache(compiled);
  await import('./vstar.ts');
} else {
  // npm installs the package `node` beside this one or above it.
  const node = fileURLToPath(new URL('./bin/node', import.meta.resolve('node/package.json')));
  const main = fileURLToPath(new URL('./vstar.ts', import.meta.url));
  // A node that moves to another cgroup takes who waits for it along.
  const env = { NODE_COMPILE_CACHE: compiled, ...process.env, VSTAR_LAUNCHER: `${process.pid}` };
  // Nothing is ever said on the last: its end is that of this process (`endWithLauncher`).
  const stdio = ['inherit', 'inherit', 'inherit', 'pipe'];
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio, env });
  // A terminal sends Ctrl-C to both; the other signals come here alone.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`vstar: ${node} cannot be started: ${error.message}; run npm ci\n`);
    process.exitCode = 126;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
