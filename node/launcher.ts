/** The process of `vstar.js` that started this one and waits for it, if one did. */
export function launcher(): number | undefined {
  const { ppid } = process;
  return process.env['VSTAR_LAUNCHER'] === `${ppid}` ? ppid : undefined;
}
