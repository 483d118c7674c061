import { MessageChannel } from 'node:worker_threads';
import { directoryMemory } from '#kernel/lane/directory.ts';
import type { SiblingsInit } from '#kernel/lane/siblings.ts';

/** What each of the lanes of a cell is given to reach the others; nothing for one that is alone. */
export function connectLanes(lanes: number): readonly SiblingsInit[] {
  if (lanes < 2) return [];
  const directory = directoryMemory();
  const ports = Array.from({ length: lanes }, (): SiblingsInit['ports'][number][] => []);
  for (const [lane, its] of ports.entries())
    for (const [other, others] of ports.slice(0, lane).entries()) {
      const { port1, port2 } = new MessageChannel();
      its.push({ lane: other, port: port1 });
      others.push({ lane, port: port2 });
    }
  return ports.map((each, lane) => ({ lane, directory, ports: each }));
}
