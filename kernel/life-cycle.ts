import type { ExitReason, State } from '#posiv-wit/generated/kernel.ts';

/** Every legal transition of a vTask's state; there are no others. */
const NEXT: Record<State, readonly State[]> = {
  created: ['scheduled', 'died', 'killed', 'lost'],
  scheduled: ['starting', 'died', 'killed', 'lost'],
  starting: ['running', 'exited', 'died', 'killed', 'lost'],
  running: ['suspended', 'exited', 'died', 'killed', 'lost'],
  suspended: ['running', 'died', 'killed', 'lost'],
  exited: [],
  died: [],
  killed: [],
  lost: [],
};

export function mayBecome(from: State, to: State): boolean {
  return NEXT[from].includes(to);
}

export function hasEnded(state: State): boolean {
  return NEXT[state].length === 0;
}

/** The last state of a vTask that ended for this reason. */
export function stateAfter(reason: ExitReason): State {
  switch (reason.tag) {
    case 'exited':
      return 'exited';
    case 'killed':
    case 'creator-ended':
      return 'killed';
    case 'node-lost':
      return 'lost';
    default:
      return 'died';
  }
}
