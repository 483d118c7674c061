// The vTask that stands for one virtual machine, on the node that this runs on: it makes the machine and answers for it. Its
// start, exit and death are those of the machine; its output is the machine's console. See ../README.md for what it answers.
import { exit, LATER, registerMsg, registerRpc, reply, VStarError } from 'vstar';
import type { Caller } from 'vstar';
import { create, pause, resume, stats, stop, suspend, writeConsole } from 'vstar/hypervisor';
import type { Snapshot, Spec } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';

/** Where what is kept of the machine is to be found again. */
interface Keeping {
  memory: string;
  disk: string;
}

export function run([spec = '']: string[]): void {
  create(JSON.parse(spec) as Spec);
}

registerRpc('stats', () => stats());
registerRpc('pause', () => pause());
registerRpc('resume', () => resume());
registerRpc('suspend', (paths: Keeping, caller) => leave(suspend(), paths, caller));
registerRpc('stop', (paths: Keeping, caller) => leave(stop(), paths, caller));

registerMsg('input', (bytes: Uint8Array) => {
  try {
    writeConsole(bytes);
  } catch (error) {
    // What is typed into a machine that is going is lost with it.
    if (!(error instanceof VStarError && error.code === 'no-machine')) throw error;
  }
});

/** Without its machine there is nothing left to stand for. */
function leave(kept: Snapshot, { memory, disk }: Keeping, { token }: Caller): typeof LATER {
  try {
    if (kept.memory) files.bind(memory, kept.memory);
    files.bind(disk, kept.disk);
    reply(token, kept); // an answer that is only returned would go with the one who gave it
  } finally {
    exit(0);
  }
  return LATER;
}
