import type { AcceptedState, RegisterState } from '#posiv-wit/generated/p2p/registers.ts';
import { compareBallots, sameBallot } from './ballot.ts';
import { copyAccepted, NEVER_WRITTEN } from './register-state.ts';

type Answers = ReadonlyMap<string, AcceptedState | undefined>;

/** What a quorum that has promised makes the present state: the one accepted under the greatest ballot. */
export function newestState(answers: Answers): RegisterState {
  return newest(answers)?.state ?? NEVER_WRITTEN;
}

/**
 * The present state where a quorum shows it to be chosen without a promise: all of it have accepted it under one ballot.
 * Any state that was chosen before has one of them among those who accepted it, and none of them knows of a greater
 * ballot. Undefined where it cannot be told.
 * @param quorum how many make one
 */
export function chosenState(answers: Answers, quorum: number): RegisterState | undefined {
  const greatest = newest(answers);
  if (greatest === undefined) return NEVER_WRITTEN;
  let alike = 0;
  for (const accepted of answers.values())
    if (accepted !== undefined && sameBallot(accepted.ballot, greatest.ballot)) alike += 1;
  return alike >= quorum ? greatest.state : undefined;
}

function newest(answers: Answers): AcceptedState | undefined {
  let greatest: AcceptedState | undefined;
  for (const accepted of answers.values()) {
    if (accepted === undefined) continue;
    if (greatest === undefined || compareBallots(accepted.ballot, greatest.ballot) > 0)
      greatest = accepted;
  }
  return greatest && copyAccepted(greatest);
}
