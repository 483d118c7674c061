// Cleans up after a devstack that dies without having done so: the channel to it closes, and this process is in a session
// of its own, out of reach of what killed the devstack.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToKeeper } from './messages.ts';

const COMMAND_GRACE_MS = 2_000;
const NODE_GRACE_MS = 5_000;
const POLL_MS = 50;

let duty: ToKeeper | undefined;

process.on('message', (message: ToKeeper) => {
  duty = message;
});
process.once('disconnect', () => void cleanUp());

async function cleanUp(): Promise<void> {
  if (!duty) return;
  const { folder, nodes, command } = duty;
  await Promise.all([
    command !== undefined && endProcess(command, 'SIGTERM', COMMAND_GRACE_MS),
    // They have noticed by themselves.
    ...nodes.map((pid) => endProcess(pid, 0, NODE_GRACE_MS)),
  ]);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function endProcess(pid: number, signal: NodeJS.Signals | 0, graceMs: number): Promise<void> {
  let alive = send(pid, signal);
  for (const until = Date.now() + graceMs; alive && Date.now() < until; alive = send(pid, 0)) {
    await sleep(POLL_MS);
  }
  if (alive) send(pid, 'SIGKILL');
}

/** @returns whether there was a process, or a group, to take it */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
