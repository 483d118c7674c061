import type { Registers } from '#kernel/registers.ts';
import type { PosivClient } from '#node/control/client.ts';
import type { Entry } from '#tests/p2p/registers/support/history.ts';
import type { Bearers } from './checks/bearers.ts';
import type { Deaths } from './checks/deaths.ts';
import type { Messages } from './checks/messages.ts';
import type { MustRun } from './checks/must-run.ts';
import type { PathEntry } from './checks/paths.ts';
import type { Rpcs } from './checks/rpcs.ts';
import type { Watches } from './checks/watches.ts';

/** A program outside that uses a node. */
export type StageClient = Pick<
  PosivClient,
  'vtid' | 'vtask' | 'ipc' | 'monitor' | 'files' | 'blobs'
>;

/** A cluster that operations are carried out on, simulated or real, and what is written down of them. */
export interface Stage {
  /** Milliseconds by a clock that all entries share. */
  readonly now: number;
  readonly rpcs: Pick<Rpcs, 'answered' | 'failed'>;
  readonly messages: Pick<Messages, 'taken'>;
  readonly watches: Pick<Watches, 'set'>;
  readonly bearers: Pick<Bearers, 'killed'>;
  readonly deaths: Pick<Deaths, 'told'>;
  /** None where nobody looks at what must run. */
  readonly mustRun?: MustRun;
  readonly registerEntries: Entry[];
  readonly pathEntries: PathEntry[];
  /** Of the blobs that were sealed. */
  readonly contents: Map<string, Uint8Array>;
  /** vTasks that programs outside have made or heard of. */
  readonly known: string[];
  /** A number that was never given before. */
  nextId(): number;
  /** Something has been seen. */
  note(text: string): void;
  /** What must not have happened. */
  fault(what: string): void;
  /** Who is connected to the node of a machine; none while it is down. */
  client(machine: number): StageClient | undefined;
  /** The registers as the node of a machine has them; none while it is down. */
  registers(machine: number): Registers | undefined;
}
