import type { Watch } from '#kernel/monitors/watchers.ts';
import { NodeList } from '#node/failover/node-list.ts';
import { ManagerInstance } from '#node/managers/manager-instance.ts';
import { Managers } from '#node/managers/managers.ts';
import { AcceptorCalls } from '#p2p/registers/acceptor-calls.ts';
import { FencingGate } from '#p2p/registers/fencing-gate.ts';
import { Holding } from '#p2p/registry/holding.ts';
import type { AcceptorOperation } from '#posiv-wit/generated/p2p/registers.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import type { PlanInit } from './plan.ts';
import type { LaneTampering } from './world/inline-lanes.ts';
import type { SimulatedNode } from './world/simulated-node.ts';

type AcceptorAnswered = Parameters<AcceptorCalls['ask']>[3];

/** A mistake that is put into every node of a world, for the simulation to find. */
export interface PlantedBug {
  /** Of plans under which it shows soon. */
  readonly plan?: Omit<PlanInit, 'seed' | 'nodes'>;
  /** Changes what all nodes have in common, and gives what puts it back once the world is over. */
  begin?(): () => void;
  /** Stands between a node and its disk. */
  disk?(disk: Disk): Disk;
  /** Stands between a node and its lanes. */
  readonly lanes?: LaneTampering;
  /** Changes a node that has just been composed. */
  node?(node: SimulatedNode): void;
}

export const PLANTED_BUGS = {
  /** What is written is said to be durable before it is. */
  'ack-before-sync': {
    disk: (disk) => ({
      ...disk,
      write: (path, bytes) => disk.write(path, bytes, false),
      openLog: async (path) => ({ ...(await disk.openLog(path)), sync: () => Promise.resolve() }),
    }),
  },
  /** A watch that has fired is not taken away, so it fires again when the node of its target is lost. */
  'watch-kept': {
    node: ({ kernel: { watchers } }) => {
      const kept = new Map<string, Watch>();
      const add = watchers.add.bind(watchers);
      watchers.add = (...init) => {
        const watch = add(...init);
        kept.set(`${watch.watcher} ${watch.id}`, watch);
        return watch;
      };
      watchers.remove = (watcher, id) => kept.get(`${watcher} ${id}`);
    },
  },
  /** Requests reach their lanes twice. */
  'request-repeated': {
    lanes: { down: (frame) => (frame.tag === 'request' ? [frame, frame] : [frame]) },
  },
  /** Nobody is told that a node cannot be reached. */
  'node-down-forgotten': {
    lanes: { down: (frame) => (frame.tag === 'node-down' ? [] : [frame]) },
  },
  /** Nobody is told that vTasks have ended with their lane. */
  'gone-forgotten': {
    // It shows in whoever waits without limit for one in a lane that is lost, and lives on until the end.
    plan: { faultEveryMs: 2_000, kinds: ['lose-lane'], operations: ['spawn', 'ask'] },
    lanes: { down: (frame) => (frame.tag === 'gone' ? [] : [frame]) },
  },
  /** Children outlive creators that end on other nodes. */
  'creator-end-forgotten': {
    node: ({ kernel }) => {
      kernel.creatorEnded = () => {};
    },
  },
  /** When the life of a node is over its next one is taken for over as well. */
  'next-life-lost': {
    node: ({ kernel }) => {
      const { peers } = kernel.components;
      const isLost = peers.isLost.bind(peers);
      peers.isLost = (node, life) => isLost(node, life) || (life > 1 && isLost(node, life - 1));
    },
  },
  /** A node does not keep in mind which lives of the others are over. */
  'lives-forgotten': {
    node: ({ kernel }) => {
      const { peers } = kernel.components;
      peers.isLost = (node, life) => node === peers.self && life < peers.incarnation;
    },
  },
  /** Guests go on though the lease of their node may have run out. */
  'deadline-forgotten': { lanes: { deadlines: false } },
  /** Acceptors take changes of lives that are over. */
  'fencing-forgotten': {
    begin() {
      const { refuses } = FencingGate.prototype;
      FencingGate.prototype.refuses = () => false;
      return () => {
        FencingGate.prototype.refuses = refuses;
      };
    },
  },
  /** A change is confirmed when the first acceptor has taken it. */
  'reply-before-quorum': {
    begin() {
      const { ask } = AcceptorCalls.prototype;
      const together = new WeakMap<AcceptorOperation, AcceptorAnswered[]>();
      AcceptorCalls.prototype.ask = function (acceptor, epoch, operation, answered) {
        const all = together.get(operation) ?? [];
        together.set(operation, [...all, answered]);
        return ask.call(this, acceptor, epoch, operation, (result) => {
          const others = result.tag === 'accepted' ? together.get(operation)! : [answered];
          for (const each of others) each(result);
        });
      };
      return () => {
        AcceptorCalls.prototype.ask = ask;
      };
    },
  },
  /** Who missed that something was taken back of what a node tells of itself never hears of it. */
  'tombstone-forgotten': {
    begin() {
      const { since } = Holding.prototype;
      Holding.prototype.since = function* (...of) {
        for (const delta of since.apply(this, of))
          yield { ...delta, entries: delta.entries.filter(({ value }) => value !== undefined) };
      };
      return () => {
        Holding.prototype.since = since;
      };
    },
  },
  /** A node does not note which of its vTasks must run. */
  'list-forgotten': {
    plan: { mustRunPerSecond: 6 },
    begin() {
      const { add } = NodeList.prototype;
      NodeList.prototype.add = () => Promise.resolve();
      return () => {
        NodeList.prototype.add = add;
      };
    },
  },
  /** A killed vTask stays recorded. */
  'kill-unrecorded': {
    plan: { mustRunPerSecond: 6 },
    node: ({ kernel: { durables } }) => {
      durables.names.free = () => Promise.resolve();
    },
  },
  /** Managers that are plugged in are asked nothing. */
  'managers-unasked': {
    plan: { components: true, forMs: 3_000 },
    begin() {
      const { restore } = Managers.prototype;
      Managers.prototype.restore = () => Promise.resolve('');
      return () => {
        Managers.prototype.restore = restore;
      };
    },
  },
  /** A manager fails each time that it is asked, and its node decides. */
  'managers-failing': {
    plan: { components: true, forMs: 3_000 },
    begin() {
      const { answer } = ManagerInstance.prototype;
      ManagerInstance.prototype.answer = ({ id }) => Promise.resolve({ id, error: 'it fails' });
      return () => {
        ManagerInstance.prototype.answer = answer;
      };
    },
  },
} satisfies Record<string, PlantedBug>;

export type BugName = keyof typeof PLANTED_BUGS;

export function isBugName(name: string): name is BugName {
  return Object.hasOwn(PLANTED_BUGS, name);
}
