import type {
  AcceptorAnswers,
  AcceptorOperation,
  AcceptorRequests,
  AcceptorResult,
  Ballot,
} from '#posiv-wit/generated/p2p/registers.ts';
import { compareBallots, NO_BALLOT, sameBallot } from '#p2p/registers/ballot.ts';

interface Promises {
  /** The greatest ballot that it has said to have promised. */
  least: Ballot;
  /** The greatest one that it has said to have accepted, or to have found accepted. */
  accepted: Ballot;
  readonly all: Set<string>;
}

interface Said {
  readonly acceptor: string;
  readonly operation: AcceptorOperation;
  readonly result: AcceptorResult;
}

function byBallot({ operation: one }: Said, { operation: other }: Said): number {
  return compareBallots(ballotOf(one), ballotOf(other));
}

function ballotOf(operation: AcceptorOperation): Ballot {
  if (operation.tag === 'prepare') return operation.val.ballot;
  return operation.tag === 'accept' ? operation.val.acceptance.ballot : NO_BALLOT;
}

/** Reads what all acceptors say, over all their lives, and notes where one goes back on its word. */
export class AcceptorMonitor {
  readonly #faults: string[] = [];
  readonly #asked = new Map<string, AcceptorOperation>();
  readonly #promises = new Map<string, Promises>();
  readonly #said: Said[] = [];
  #now = -1;

  requests({ acceptor, proposer, requests }: AcceptorRequests): void {
    for (const { id, operation } of requests)
      this.#asked.set(`${acceptor} ${proposer} ${id}`, operation);
  }

  answers(now: number, { acceptor, proposer, answers }: AcceptorAnswers): void {
    if (now !== this.#now) this.#judge();
    this.#now = now;
    for (const { id, result } of answers) {
      const operation = this.#asked.get(`${acceptor} ${proposer} ${id}`);
      if (operation !== undefined) this.#said.push({ acceptor, operation, result });
    }
  }

  /** Something else that must not happen. */
  note(fault: string): void {
    this.#faults.push(fault);
  }

  /** What was found until now. */
  faults(): readonly string[] {
    this.#judge();
    return this.#faults;
  }

  /** What is said to different proposers in one turn is said at once: it is taken in the order of the ballots. */
  #judge(): void {
    const said = this.#said.splice(0);
    for (const { acceptor, operation, result } of said.toSorted(byBallot))
      this.#answer(acceptor, operation, result);
  }

  #answer(acceptor: string, operation: AcceptorOperation, result: AcceptorResult): void {
    if (operation.tag === 'prepare' && result.tag === 'promised') {
      const { key, ballot } = operation.val;
      const said = this.#of(acceptor, key);
      if (compareBallots(ballot, said.least) < 0) this.#fault(acceptor, key, 'promised less again');
      said.least = ballot;
      const found = result.val?.ballot ?? NO_BALLOT;
      if (compareBallots(found, said.accepted) < 0)
        this.#fault(acceptor, key, 'lost what it had accepted');
      else said.accepted = found;
    }
    if (operation.tag === 'accept' && result.tag === 'accepted') {
      const { key, acceptance } = operation.val;
      const said = this.#of(acceptor, key);
      const name = `${acceptance.ballot.counter} ${acceptance.ballot.proposer}`;
      if (said.all.has(name)) return; // asked once more
      said.all.add(name);
      // Accepted before a promise that has told of it, and only said so now.
      if (sameBallot(acceptance.ballot, said.accepted)) return;
      if (compareBallots(acceptance.ballot, said.least) < 0)
        this.#fault(acceptor, key, 'accepted less than it had promised');
      said.least = acceptance.next;
      said.accepted = acceptance.ballot;
    }
  }

  #of(acceptor: string, key: string): Promises {
    const name = `${acceptor} ${key}`;
    const known = this.#promises.get(name);
    if (known !== undefined) return known;
    const said = { least: NO_BALLOT, accepted: NO_BALLOT, all: new Set<string>() };
    this.#promises.set(name, said);
    return said;
  }

  #fault(acceptor: string, key: string, what: string): void {
    this.#faults.push(`acceptor ${acceptor} ${what}, register ${key}`);
  }
}
