import {
  find,
  info,
  log,
  onEnd,
  rpc,
  startRpc,
  VStarError,
  vtaskKill,
  vtaskNew,
  vtaskSched,
} from 'vstar';
import { placesFor } from 'vstar/hosts';
import type { Offer, Spec, Stats } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';
import { MOVED } from '../exit-status.ts';
import { wordsOf } from './agent-order.ts';
import { NOT_KEPT } from './kept.ts';

const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:machine/hypervisor'];
// A node that has not started the template before does that first: three minutes at most.
const START_WITHIN_MS = 240_000;
const ANSWER_WITHIN_MS = 10_000;
/** What another node may still do, where one says no with these. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'full',
  'no-backend',
  'quota-exceeded',
  'unreachable',
  'incompatible',
]);

/** Of one that has ended, also with its node. */
const GONE: ReadonlySet<string> = new Set(['no-such-task', 'task-died']);

const WHY: ReadonlyMap<number, string> = new Map([
  [MOVED, 'the node that it was moved to was lost'],
  [NOT_KEPT, 'it was taken down, and could not be kept'],
]);

/** How the end of an agent is told. */
export interface End {
  /** The machine has switched itself off, or was taken down. */
  ok: boolean;
  why: string;
}

export interface Launch {
  name: string;
  generation: number;
  spec: Spec;
  /** The id or name of the node that it must be on. */
  node: string | undefined;
  /** Of the machine that it takes over; none where it makes one. */
  offer?: Offer;
}

/** What has to be known of a machine that is there. To read all of its counters takes an interpreter a while. */
export type Known = Pick<Stats, 'state' | 'createMs' | 'moved'>;

export interface Launched {
  vtid: string;
  known: Known;
  /** The id of the node that it is on, where that was chosen here. */
  node?: string;
}

export interface Failure {
  code: string;
  text: string;
  /** It has ended, or was never there. Else nobody can say. */
  isOver: boolean;
}

/** What an agent's `made` answers: how it went. */
interface Made {
  known?: Known;
  /** Of POSIV or of `machine-error`, and for people. */
  failure?: { code: string; text: string };
}

type Outcome = (failure: Failure | undefined, launched: Launched | undefined) => void;

/** The agents of machines, as vTasks. */
export class Agents {
  readonly #image: string;
  /** What is at that path, for as long as it is there. */
  #blob: string | undefined;

  /** @param image path of the agent's; who has put it there writes nothing else there */
  constructor(image: string) {
    this.#image = image;
  }

  /** Makes a machine on one of the nodes that have room, the best first. `done` is called once, with how it went. */
  launch(launch: Launch, done: Outcome): void {
    const { node, spec } = launch;
    const places = node === undefined ? placesFor(spec.shape, spec.backend) : [node];
    if (places.length === 0)
      return done(
        over(
          `no node has ${spec.backend ?? 'QEMU'} and room for this machine; see vstar machine hosts`,
        ),
        undefined,
      );
    this.#try(launch, places, over('no node was asked'), done);
  }

  /** Makes the agent on one node. */
  begin({ name, generation, spec, node, offer }: Launch, done: Outcome): void {
    let vtid: string;
    try {
      const options = { node, detached: true, grants: GRANTS };
      // By its blob: to look a path up is a question to the nodes that keep it, for each machine.
      this.#blob ??= files.stat(this.#image).blob;
      vtid = vtaskNew(agentName(name, generation), this.#blob, wordsOf(spec, offer), options);
    } catch (error) {
      this.#blob = undefined; // its path may have been put there anew
      // Of a node that does not answer nobody knows whether it has heard it.
      const { code, message: text } = error as VStarError;
      if (!isUnanswered(code)) return done({ code, text, isOver: true }, undefined);
      return done({ code: 'unreachable', text, isOver: false }, undefined);
    }
    const failed = (code: string, text: string): void => {
      const isOver = this.abandon(vtid);
      done({ code, text, isOver }, undefined);
    };
    try {
      vtaskSched(vtid);
    } catch (error) {
      return failed((error as VStarError).code, (error as VStarError).message);
    }
    // It is answered once the machine is there, or it has failed.
    startRpc(vtid, 'made', START_WITHIN_MS, undefined, (error, made: Made) => {
      if (error) return failed(error.code, endOf(vtid) ?? error.message);
      const { known, failure } = made;
      if (known) done(undefined, { vtid, known });
      else failed(failure?.code ?? '', failure?.text ?? 'it was not made');
    });
  }

  /** The living agent of a machine, if there is one. @throws {unreachable} nobody can say */
  find(name: string, generation: number): string | undefined {
    try {
      return find(agentName(name, generation));
    } catch (error) {
      if (error instanceof VStarError && error.code === 'no-such-task') return undefined;
      throw error;
    }
  }

  /**
   * What a living agent has made; it answers once it knows. One that was never begun, for whoever made it was lost in between, begins now.
   * @throws {unreachable} {timeout} nobody can say; else it is failing
   */
  known(vtid: string): { known: Known; node: string } {
    const { state, node } = info(vtid);
    if (state === 'created') vtaskSched(vtid);
    return { known: rpc(vtid, 'stats', ANSWER_WITHIN_MS) as Known, node };
  }

  /** Calls `ended` once, when the agent has. @throws {unreachable} {no-such-task} {quota-exceeded} */
  watch(vtid: string, ended: (end: End) => void): void {
    onEnd(vtid, (change) => {
      if (change.tag === 'exited') {
        const why = WHY.get(change.val) ?? `ended with status ${change.val}`;
        return ended({ ok: change.val === 0, why });
      }
      ended({ ok: false, why: change.tag === 'died' ? reasonText(change.val) : change.tag });
    });
  }

  /** Ends one. It has ended when this returns. @throws {unreachable} nobody can say */
  kill(vtid: string): void {
    try {
      vtaskKill(vtid);
    } catch (error) {
      if (!(error instanceof VStarError && GONE.has(error.code))) throw error;
    }
  }

  /** Ends one that nobody waits for any more. @returns whether it has ended for certain */
  abandon(vtid: string): boolean {
    try {
      this.kill(vtid);
      return true;
    } catch (error) {
      log('warn', `agent ${vtid} was not ended: ${(error as Error).message}`);
      return false;
    }
  }

  #try(launch: Launch, [node, ...others]: string[], before: Failure, done: Outcome): void {
    if (node === undefined) return done(before, undefined);
    this.begin({ ...launch, node }, (failure, launched) => {
      if (!failure) {
        const isChosen = launch.node === undefined;
        return done(undefined, isChosen ? { ...launched!, node } : launched);
      }
      // That another one says no does not tell what became of the agent on a node before it.
      const all = { ...failure, isOver: failure.isOver && before.isOver };
      if (isElsewhere(failure)) this.#try(launch, others, all, done);
      else done(all, undefined);
    });
  }
}

function over(text: string): Failure {
  return { code: 'full', text, isOver: true };
}

/** Whether nobody can say what became of what was asked. */
export function isUnanswered(code: string): boolean {
  return code === 'unreachable' || code === 'timeout';
}

/** Whether another node may still do what one did not. */
export function isElsewhere({ code }: Failure): boolean {
  return ELSEWHERE.has(code);
}

/** Why it has ended; undefined where it has not, or nobody can say. */
function endOf(vtid: string): string | undefined {
  try {
    const { reason } = info(vtid);
    return reason && reasonText(reason);
  } catch {
    return undefined;
  }
}

/** Of one that failed as its `create` said it: `full: …`. */
function reasonText({ tag, val }: { tag: string; val?: string | number }): string {
  if (val === undefined) return tag;
  return tag === 'failed' ? `${val}` : `${tag}: ${val}`;
}

function agentName(name: string, generation: number): string {
  return `machine.${name}.${generation}`;
}
