/** What a node has, as `host` of posiv:machine has it. */
interface Host {
  readonly node: string;
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** In percent. */
  readonly load: number;
}

/** A machine that could be moved. */
export interface Movable {
  readonly name: string;
  /** The id of the node that it is on. */
  readonly node: string;
  readonly memory: number;
}

/** Of what machines may be promised on a node, from which on it is overloaded. */
const FULL = 0.85;
/** Of its processors, in percent, from which on vTasks and machines wait for one. */
const BUSY_PERCENT = 150;
/** By how much the other node has to be better off afterwards: else machines would go to and fro. */
const MARGIN = 0.2;

/**
 * Which machine had better go elsewhere, if one had: off the node that is worst off, the smallest that relieves it, if there is a node that
 * is better off with it by far.
 * @param hosts of all nodes
 * @param places the nodes on which a machine could go on, the best first, as the Resource Manager's strategy has them
 */
export function relief<M extends Movable>(
  hosts: readonly Host[],
  movable: readonly M[],
  places: (machine: M) => readonly string[],
): { machine: M; node: string } | undefined {
  const byId = new Map(hosts.map((host) => [host.node, host]));
  const worst = hosts.filter(isOverloaded).toSorted((a, b) => burden(b) - burden(a))[0];
  if (!worst) return undefined;
  const here = movable
    .filter(({ node }) => node === worst.node)
    .toSorted((a, b) => a.memory - b.memory);
  for (const machine of here)
    for (const node of places(machine)) {
      const other = byId.get(node);
      if (!other || node === worst.node) continue;
      const after = { ...other, memoryUsed: other.memoryUsed + machine.memory };
      if (!isOverloaded(after) && burden(after) + MARGIN <= burden(worst)) return { machine, node };
    }
  return undefined;
}

function isOverloaded(host: Host): boolean {
  return memoryShare(host) > FULL || host.load > BUSY_PERCENT;
}

/** 1 where it is just not overloaded. */
function burden(host: Host): number {
  return Math.max(memoryShare(host) / FULL, host.load / BUSY_PERCENT);
}

function memoryShare({ memoryUsed, memoryLimit }: Host): number {
  return memoryLimit > 0 ? memoryUsed / memoryLimit : 1;
}
