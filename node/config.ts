import { availableParallelism, totalmem } from 'node:os';

/** How one worker node is set up. */
export interface NodeConfig {
  /** What it keeps: its key, its roster, its chunks, its journals. One process at a time. */
  readonly dataDir: string;
  /** What can be made again: prepared images. Nodes of one user on one machine may share it. */
  readonly cacheDir: string;
  /** What people call it. */
  readonly name: string;
  /** Multiaddrs to listen at. Default `/ip4/127.0.0.1/tcp/0`. */
  readonly listen: readonly string[];
  /** Addresses to tell the others instead of those listened at. Default none. */
  readonly announce?: readonly string[] | undefined;
  /** Addresses of any members of the cluster to join; empty for the first one. */
  readonly bootstrap: readonly string[];
  /** Whether to look for nodes of the local network by multicast DNS, and to be found by them. Default not. */
  readonly lan?: boolean | undefined;
  /** What it joins by, where it belongs to no cluster yet: a ticket, or a certificate for its key. */
  readonly ticket?: string | undefined;
  /** Where the cluster keeps its registers, if not with acceptors among its nodes. The same for all of its nodes. */
  readonly etcd?: EtcdSettings | undefined;
  /** Threads that run vTasks, of each cell. Default: one for each core. */
  readonly lanes: number;
  readonly cells: CellSettings;
  /** Bytes of memory that its vTasks may hold in all. Default: half of the machine's. */
  readonly memoryLimit: number;
  /** Whether limits of vTasks and tenants are enforced, or only counted: to see what they would refuse. Default enforced. */
  readonly limits: 'enforce' | 'count';
  /** The loopback port of the control API over HTTP, 0 for any. Undefined: the Unix socket alone. */
  readonly httpPort: number | undefined;
  /** Files of the managers to plug in, by their names. Default: none, the built-in strategies decide. */
  readonly managers: Readonly<Partial<Record<string, string>>>;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** An etcd cluster, version 3.4 or later, and how this node is known to it. */
export interface EtcdSettings {
  /** Of its members, `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly endpoints: readonly string[];
  /** Files of certificates in PEM. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

/** The processes that hold the vTasks of the tenants. */
export interface CellSettings {
  /** How many are kept started for tenants to come. Default 1. */
  readonly warm: number;
  /** vTasks of one cell: a tenant with more has several. Default 10,000. */
  readonly vtasks: number;
  /** Tenants whose vTasks run in threads of the node itself, not in a process of their own. Default `system`. */
  readonly threadTenants: readonly string[];
}

/**
 * Each memory of a process takes two of its mappings and each suspended stack two, of 65,530 that Linux gives it; past
 * these V8 ends it. This leaves a third for vTasks of more memories than one.
 */
const CELL_VTASKS = 10_000;

/** The version of the software, as peers and people see it. */
export const VERSION = '0.1.0';

/** What a node has where nothing is said. */
export function defaultConfig(): Omit<NodeConfig, 'dataDir' | 'cacheDir' | 'name'> {
  return {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: [],
    lanes: availableParallelism(),
    cells: { warm: 1, vtasks: CELL_VTASKS, threadTenants: ['system'] },
    memoryLimit: Math.floor(totalmem() / 2),
    limits: 'enforce',
    httpPort: undefined,
    managers: {},
    logLevel: 'info',
  };
}
