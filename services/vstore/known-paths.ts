import type { PathEntry, PathHead } from '#posiv-wit/generated/wire.ts';
import type { NodeId, PathRegister } from './components.ts';
import type { PathList } from './path-list.ts';
import { encodeStat, pathKey } from './path-register.ts';
import type { Peers } from './peer.ts';

export interface KnownPathsComponents {
  readonly paths: PathList;
  readonly peers: Peers;
}

/**
 * What the registers of paths must have had, as far as the index of those nodes tells that can be reached: for when the
 * registers are lost. The newest of a path counts, also where it is not known to have come about: whoever made that change
 * may have been told so.
 * @returns by the registers' keys
 * @throws {unreachable} a node that can be reached does not answer
 */
export async function knownPaths({
  paths,
  peers,
}: KnownPathsComponents): Promise<Map<string, PathRegister>> {
  const newest = new Map<string, PathHead>();
  const note = ({ path, heads }: PathEntry): void => {
    for (const head of heads) {
      const known = newest.get(path);
      if (known === undefined || isNewer(head, known)) newest.set(path, head);
    }
  };
  const nodes = peers.roster().filter((node) => node === peers.self || peers.reachable(node));
  for (const node of nodes) await eachEntry({ paths, peers }, node, note);
  return new Map(
    [...newest].map(([path, { version, stat }]) => [
      pathKey(path),
      { version, value: stat && encodeStat(stat) },
    ]),
  );
}

/** The register had what is settled; of what it may have had any is as good as another. */
function isNewer(one: PathHead, other: PathHead): boolean {
  if (one.version !== other.version) return one.version > other.version;
  return one.settled && !other.settled;
}

async function eachEntry(
  { paths, peers }: KnownPathsComponents,
  node: NodeId,
  note: (entry: PathEntry) => void,
): Promise<void> {
  for (let after: string | undefined; ;) {
    const page: readonly PathEntry[] =
      node === peers.self
        ? paths.entries('', after)
        : await peers.ask(node, 'listPaths', '', after);
    for (const entry of page) note(entry);
    after = page.at(-1)?.path;
    if (after === undefined) return;
  }
}
