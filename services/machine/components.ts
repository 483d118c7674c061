import type { NodeGroups } from '#kernel/cgroup/node-groups.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { Random } from '#kernel/random.ts';
import type { MachinesCalls } from '#posiv-wit/generated/wire.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import type { LinkPeers } from './network/links.ts';

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
  /** Of memory, all, what is free or can be freed, and what other nodes on it have promised machines. */
  memory(): Promise<{
    readonly total: number;
    readonly available: number;
    readonly others: number;
  }>;
  /** Tells other nodes on it what this one has promised machines. */
  promise(bytes: number): Promise<void>;
  /** Of its processors, in percent, what was wanted of them over the last minute. */
  load(): number;
  /** Free on the disk of a folder. */
  diskFree(folder: string): Promise<number>;
}

/** A stream of bytes to another node, which asks for them. What was written waits until it does, and the writer with it. */
export interface OutStream {
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
  fail(why: string): void;
}

/** The other nodes, as machines that are moved need them. */
export interface MachinePeers {
  /** The id of this node. */
  readonly self: string;
  /** Begins a stream that whoever knows its name reads. */
  write(name: string): OutStream;
  /** A stream of another node, to its end. Throws where it is broken off. */
  read(node: string, name: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** `posiv:wire/machines` of another node, in the name of a tenant; {call-failed} while it cannot be reached. */
  calls(node: string, tenant: string): Pick<MachinesCalls, 'give' | 'taken' | 'givenUp'>;
}

export interface MachineComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly peers: MachinePeers;
  readonly logger: Logger;
  readonly agents: Agents;
  readonly resources: HostResources;
  /** Where processes of machines are among the cgroups of the machine that the node runs on, if there are any. */
  readonly groups?: Pick<NodeGroups, 'machine' | 'weighs'> | undefined;
  /** The other nodes, for the links between machines. */
  readonly linkPeers: LinkPeers;
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
  /** How many machines run before all of them are lowered; see `Crowd`. */
  readonly few?: number | undefined;
}
