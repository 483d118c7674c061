// The vTask that stands for one virtual machine, on the node that this runs on: it makes the machine, or takes it over from another
// node, and answers for it. Its start, exit and death are those of the machine; its output is the machine's console. See ../README.md
// for what it answers.
import { exit, LATER, log, registerMsg, registerRpc, reply, serve, VStarError } from 'vstar';
import type { Caller } from 'vstar';
import {
  create,
  migrateIn,
  migrateOut,
  pause,
  resume,
  stats,
  stop,
  suspend,
  takeBack,
  takeSnapshot,
  writeConsole,
} from 'vstar/hypervisor';
import type { Offer, Snapshot, Spec, Stats } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';
import { NOT_KEPT } from './kept.ts';

/** Where what is kept of the machine is to be found again. */
interface Keeping {
  memory: string;
  disk: string;
}

/** What `made` answers: how it went. */
export interface Made {
  stats?: Stats;
  /** Of POSIV or of `machine-error`, and for people. */
  failure?: { code: string; text: string };
}

// Who made this asks at once.
const ASKED_WITHIN_MS = 30_000;

let made: Made;
const told = { isSo: false };

export function run([spec = '', offer]: string[]): void {
  const wanted = JSON.parse(spec) as Spec;
  try {
    const found =
      offer === undefined ? create(wanted) : migrateIn(wanted, JSON.parse(offer) as Offer);
    made = { stats: found };
  } catch (error) {
    made = { failure: { code: codeOf(error), text: (error as Error).message } };
    while (!told.isSo && serve(ASKED_WITHIN_MS));
    throw error;
  }
}

registerRpc('made', (): Made => {
  told.isSo = true;
  return made;
});
registerRpc('stats', () => stats());
registerRpc('pause', () => pause());
registerRpc('resume', () => resume());
registerRpc('suspend', (paths: Keeping, caller) => leave(suspend(), paths, caller));
registerRpc('stop', (paths: Keeping, caller) => leave(stop(), paths, caller));
registerRpc('snapshot', (paths: Keeping) => {
  const kept = takeSnapshot();
  bind(kept, paths);
  return kept;
});
registerRpc('offer', () => {
  takeBackIfGiven(); // an offer that nobody has taken is void
  return migrateOut();
});
registerRpc('take-back', () => {
  takeBackIfGiven();
  return stats();
});

registerMsg('input', (bytes: Uint8Array) => {
  try {
    writeConsole(bytes);
  } catch (error) {
    // What is typed into a machine that is going, or does not read, is lost.
    const code = codeOf(error);
    if (code !== 'no-machine' && code !== 'refused') throw error;
    log('warn', `${bytes.length} bytes were not typed: ${(error as Error).message}`);
  }
});

/** Without its machine there is nothing left to stand for. */
function leave(kept: Snapshot, paths: Keeping, { token }: Caller): typeof LATER {
  let status = NOT_KEPT;
  try {
    bind(kept, paths);
    status = 0;
    reply(token, kept); // an answer that is only returned would go with the one who gave it
  } finally {
    exit(status);
  }
  return LATER;
}

/** The disk last: where it is there, so is all. */
function bind(kept: Snapshot, { memory, disk }: Keeping): void {
  if (kept.memory) files.bind(memory, kept.memory);
  files.bind(disk, kept.disk);
}

function takeBackIfGiven(): void {
  try {
    takeBack();
  } catch (error) {
    if (codeOf(error) !== 'refused') throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof VStarError ? error.code : 'failed';
}
