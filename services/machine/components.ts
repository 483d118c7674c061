import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';

/** The vTask that a machine belongs to. */
export interface Agent {
  readonly vtid: string;
  readonly creator: string | undefined;
  readonly tenant: string;
}

/** The vTasks of the node, as the driver of machines needs them. */
export interface Agents {
  /** A machine has written to its console. */
  said(agent: Agent, bytes: Uint8Array): void;
  /** A machine has ended, and its agent with it. */
  end(agent: Agent, reason: ExitReason): void;
  /** Bytes of memory that machines of a tenant may have on this node. */
  memoryOf(tenant: string): number;
}

/** What the machine that the node runs on has, in bytes. */
export interface HostResources {
  /** Of memory, all and what is free or can be freed. */
  memory(): Promise<{ readonly total: number; readonly available: number }>;
  /** Free on the disk of a folder. */
  diskFree(folder: string): Promise<number>;
}

export interface MachineComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly agents: Agents;
  readonly resources: HostResources;
  /** vStore, for what belongs to an agent. */
  readonly blobs: (agent: Agent) => BlobsCalls;
}

export interface MachineInit {
  /** Of the machines of this node alone. What is in it is gone with the node: it is emptied at its start. */
  readonly folder: string;
  /** Of templates that have been started, which nodes of one user may share. */
  readonly cacheDir: string;
  /** Where programs are looked for, as PATH has it. */
  readonly path: string;
}
