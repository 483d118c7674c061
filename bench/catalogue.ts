import type { Bench } from './bench.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Bench>;
}

/** Every bench by its name; each is loaded only when it is run. */
export const BENCHES: Readonly<Record<string, Entry>> = {
  rpc: {
    summary: 'round trips and rates of rpc: within a lane, between lanes, between nodes',
    load: async () => (await import('./rpc/rpc.ts')).rpc,
  },
  cells: {
    summary:
      'a cell from the warm pool beside one that is started, and the way to it beside a bare pipe',
    load: async () => (await import('./cells/cells.ts')).cells,
  },
  scheduling: {
    summary: 'who computes without end: fair shares, kills, what neighbours feel; idle vTasks',
    load: async () => (await import('./scheduling/scheduling.ts')).scheduling,
  },
  wordcount: {
    summary: 'the words of 100 MB and 1 GB on three nodes, beside bare wasm, C, DuckDB and Node',
    load: async () => (await import('./wordcount/wordcount.ts')).wordcount,
  },
  spawn: {
    summary: 'a small vTask from `new` to its exit, beside a bare instance',
    load: async () => (await import('./spawn/spawn.ts')).spawn,
  },
  start: {
    summary: 'a node, three nodes, `vstar --help` and `npm start` until they are there',
    load: async () => (await import('./start/start.ts')).start,
  },
  rewrite: {
    summary: 'what checks cost the guests, and how fast modules are rewritten',
    load: async () => (await import('./rewrite/rewrite.ts')).rewrite,
  },
  membership: {
    summary: 'simulated: how soon a node that is gone is missed, and what that costs at any size',
    load: async () => (await import('./membership/membership.ts')).membership,
  },
  'membership-real': {
    summary: '16 processes: until they are a cluster, and how soon one that is gone is missed',
    load: async () => (await import('./membership/real.ts')).realMembership,
  },
  failover: {
    summary: 'the durable vTasks of a node that is killed, until they run elsewhere',
    load: async () => (await import('./failover/failover.ts')).failover,
  },
  registers: {
    summary: 'compare-and-swap of registers on three nodes, durable, beside etcd',
    load: async () => (await import('./registers/registers.ts')).registers,
  },
  registry: {
    summary:
      'simulated: what nodes that tell of themselves send at any size, and how old that gets',
    load: async () => (await import('./registry/registry.ts')).registry,
  },
  store: {
    summary: 'put and get, on a node and from another, beside plain files and a plain socket',
    load: async () => (await import('./store/store.ts')).store,
  },
  machines: {
    summary: 'virtual machines made of a template, answering, moved, beside clones by a script',
    load: async () => (await import('./machines/machines.ts')).machines,
  },
  libvirt: {
    summary:
      'virtual machines booted, made of a template, suspended and resumed, beside those of libvirt',
    load: async () => (await import('./machines/libvirt/beside-libvirt.ts')).besideLibvirt,
  },
  migration: {
    summary:
      'virtual machines moved while they run: how long they stand still, beside a script that does it',
    load: async () => (await import('./machines/migration.ts')).migration,
  },
  agents: {
    summary: 'what the agents of idle virtual machines hold and take, beside their hypervisors',
    load: async () => (await import('./machines/agents.ts')).agents,
  },
  control: {
    summary:
      'what a node takes to make, keep and remove 1,000 virtual machines whose driver is simulated',
    load: async () => (await import('./machines/control/control.ts')).control,
  },
  answering: {
    summary: 'how soon 200 virtual machines that run answer on their consoles',
    load: async () => (await import('./machines/answering.ts')).answering,
  },
  creations: {
    summary: 'how many of 1,000 virtual machines come to be, in batches of 200, and how soon',
    load: async () => (await import('./machines/creations.ts')).creations,
  },
};
