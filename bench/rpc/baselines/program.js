// What the programs here have in common: each is both ends, the caller first, which starts the other.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measure } from '../measure.ts';

/**
 * Runs one end: NAME.js LOAD prints the figures as JSON, LOAD being JSON too; NAME.js serve ADDRESS is the other end.
 * @param system `serve(address)` resolves with where it answers once it does, `connect(address)` with a `Channel` that has its version
 */
export async function run(url, { serve, connect }) {
  const [role, given] = process.argv.slice(2);
  if (role === 'serve') {
    process.once('disconnect', () => process.exit());
    return process.send(await serve(given));
  }
  const server = fork(fileURLToPath(url), ['serve', given]);
  const [address] = await once(server, 'message');
  const channel = await connect(address);
  const figures = await measure(channel, JSON.parse(role));
  process.stdout.write(JSON.stringify({ version: channel.version, figures }));
  server.disconnect();
  await once(server, 'exit');
  process.exit(); // whatever the library still waits for
}

/** The version of a package here. */
export function versionOf(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
