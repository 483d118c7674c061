import type { ChunkFolder } from './chunk-folder.ts';
import type { ChunkKeeper } from './chunk-keeper.ts';
import { MAX_ASKED_CHUNKS } from './collector.ts';
import type { Logger, NodeId } from './components.ts';
import { digestToBytes } from './digest.ts';
import { codeOf, messageOf } from './errors.ts';
import type { BlobManifest, ChunkPlace } from './manifest.ts';
import type { Peers } from './peer.ts';
import type { RepairPace } from './repair-pace.ts';
import { chunkOrder, chunkTargets } from './replication.ts';

export interface ChunkRepairComponents {
  readonly durable: ChunkFolder;
  readonly keeper: ChunkKeeper;
  readonly pace: RepairPace;
  readonly peers: Peers;
  readonly logger: Logger;
}

/** Has the chunks of blobs copied to the members that are to have them: those that the manifest names first. */
export class ChunkRepair {
  readonly #components: ChunkRepairComponents;

  constructor(components: ChunkRepairComponents) {
    this.#components = components;
  }

  /** @returns whether every chunk is where it is to be */
  async run(
    manifests: readonly BlobManifest[],
    living: readonly NodeId[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const copies = this.#components.peers.copies();
    let whole = true;
    let wanted = new Map<NodeId, ChunkPlace[]>();
    let count = 0;
    const flush = async (): Promise<void> => {
      for (const [node, places] of wanted)
        whole = (await this.#complete(node, places, living, signal)) && whole;
      wanted = new Map();
      count = 0;
    };
    for (const manifest of manifests) {
      for (const place of manifest.chunks()) {
        for (const node of chunkTargets(place, living, copies)) {
          const places = wanted.get(node) ?? [];
          wanted.set(node, places);
          places.push(place);
        }
        if (++count >= MAX_ASKED_CHUNKS) await flush();
        if (signal.aborted) return false;
      }
    }
    await flush();
    return whole;
  }

  async #complete(
    node: NodeId,
    places: readonly ChunkPlace[],
    living: readonly NodeId[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { durable, peers, logger, pace } = this.#components;
    let has: readonly boolean[];
    try {
      has =
        node === peers.self
          ? places.map(({ digest }) => durable.sizeOf(digest) !== undefined)
          : await peers.ask(
              node,
              'haveChunks',
              places.map(({ digest }) => digestToBytes(digest)),
            );
    } catch (error) {
      logger.debug('a member does not say which chunks it has', { node, code: codeOf(error) });
      return false;
    }
    const missing = places.filter((_, index) => has[index] === false);
    let made = 0;
    for (const place of missing) {
      await pace.take(place.size, signal);
      if (signal.aborted) return false;
      if (await this.#copy(node, place, living)) made++;
    }
    if (missing.length > 0)
      logger.info('copies of chunks were made', { node, made, of: missing.length });
    return made === missing.length;
  }

  /** From whoever has it: those that the manifest names, then all others. */
  async #copy(node: NodeId, place: ChunkPlace, living: readonly NodeId[]): Promise<boolean> {
    const { durable, keeper, peers, logger } = this.#components;
    const here = durable.sizeOf(place.digest) === undefined ? [] : [peers.self];
    let why = 'nobody has it';
    for (const source of new Set([...here, ...chunkOrder(place, living)])) {
      if (source === node || !peers.reachable(source)) continue;
      try {
        if (node === peers.self) await keeper.keep(source, place.digest, place.size);
        else await peers.ask(node, 'keepChunk', source, digestToBytes(place.digest), place.size);
        return true;
      } catch (error) {
        why = messageOf(error);
        if (!peers.reachable(node) || codeOf(error) === 'full') break;
      }
    }
    logger.debug('a chunk was not copied', { chunk: place.digest, node, reason: why });
    return false;
  }
}
