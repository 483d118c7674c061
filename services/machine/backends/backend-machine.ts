import type { Taking } from '../move/take.ts';
import type { Wish } from '../move/give.ts';
import type { Made, Snapshot, Spec, Stats } from '#posiv-wit/generated/machine.ts';

export interface MachineEnd {
  /** The machine has switched itself off. */
  readonly off: boolean;
  readonly why: string;
}

/**
 * One machine on this node, from its making to its end, whatever it is run by. What its backend's capabilities do not have is
 * never asked of it.
 */
export interface BackendMachine {
  /** Resolves once it has ended. To be asked for once it is made. */
  readonly ended: Promise<MachineEnd>;
  /** Of the process around all that it is run by. To be asked for once it is made. */
  readonly pid: number | undefined;
  /** Itself, of a backend that can do something to a machine while it runs. */
  readonly live: LiveMachine | undefined;
  /** To be asked for once it is made. */
  readonly made: Made;
  /** To be called once, at first. @throws {failed} {not-ready} {full} {store} */
  make(spec: Spec): Promise<void>;
  /** @throws {refused} {failed} */
  pause(): Promise<void>;
  /** @throws {refused} {failed} */
  resume(): Promise<void>;
  /** Keeps its disk, and its memory where that is asked for, and closes it. It goes on as it was if that fails. */
  keep(what: { readonly memory: boolean }): Promise<Snapshot>;
  /** Types on its console; waits for room. */
  type(bytes: Uint8Array): Promise<void>;
  stats(): Promise<Stats>;
  /** Ends it wherever it is in its life; resolves once nothing of it is left. */
  close(): Promise<void>;
}

/** What can be done to a machine while it runs. */
export interface LiveMachine {
  /** Keeps its memory and its disk as they are at one moment, and lets it go on. */
  snapshot(): Promise<Snapshot>;
  /** In place of `make`: takes it over from another node. @throws as `Taking.fill` */
  take(spec: Spec, taking: Taking): Promise<void>;
  /** Gives it to another node; it stands still afterwards. @throws as `giveMachine` */
  give(wish: Wish): Promise<void>;
  /** Lets it go on after it was given to nobody in the end. */
  takeBack(): Promise<void>;
}
