import { Socket } from 'node:net';

const TETHER = 3; // where `vstar.js` holds the other end

/** The process of `vstar.js` that started this one and waits for it, if one did. */
export function launcher(): number | undefined {
  const { ppid } = process;
  return process.env['VSTAR_LAUNCHER'] === `${ppid}` ? ppid : undefined;
}

/** Whoever kills the launcher, which is the process that they know of, means this one. */
export function endWithLauncher(): void {
  if (launcher() === undefined) return;
  const tether = new Socket({ fd: TETHER });
  tether.on('error', () => {}); // it closes then, too
  tether.once('close', () => process.kill(process.pid, 'SIGKILL'));
  tether.resume().unref();
}
