// A node that is killed while it starts what machines are run by: FOLDER PATH AFTER_MS.
import { ConfinedProcess } from '#services/machine/confined-process.ts';
import { findConfinement } from '#services/machine/qemu/confinement.ts';

const [folder, path, afterMs] = process.argv.slice(2) as [string, string, string];
const COUNT = 8;

const { wrap } = await findConfinement(path);
const reach = { folder, reads: [], writes: [], fileBytes: 1 << 20, kvm: false };
const started = Array.from({ length: COUNT }, (_, at) => {
  const words = wrap(['/bin/sleep', '1000'], reach);
  return new ConfinedProcess({ name: `${at}`, words, folder, pipes: 1 });
});
setTimeout(() => {
  if (started.length === COUNT) process.kill(process.pid, 'SIGKILL');
}, Number(afterMs));
