import type { Book, Group, Machine } from './book.ts';
import type { Live, LiveTable } from './live.ts';
import { addressOf, cardsOf, NO_NETWORKS } from './networks.ts';

/** What `list` and `find` answer of each. */
export interface MachineInfo extends Omit<Live, 'restarts' | 'end' | 'keptAt'> {
  name: string;
  group: string;
  template: string;
  memory: number;
  processors: number;
  disk: number;
  /** What its cards are joined to, `user` for the node, and its addresses there. */
  networks: { network: string; address: string }[];
}

/** The machine after which a page begins. Groups and machines are in order, so it need not be there any more. */
export interface From {
  group: string;
  number: number;
}

export interface Page {
  machines: MachineInfo[];
  /** Where the next one begins, if there is one. */
  next: From | null;
}

/** A payload has 1 MiB at most: one with four cards takes 900 bytes, and why it failed up to three times its letters. */
const PAGE = 250;
const ERROR_CHARS = 1_000;

/** What `list` is asked for. */
export interface Listed {
  /** The end of the page before; null or absent for the first. */
  from?: From | null;
  /** Of this group alone. */
  group?: string | null;
}

/** Machines of the book, those of the groups that come first by their names. */
export function pageOf(book: Book, live: LiveTable, { from, group: only }: Listed): Page {
  const machines: MachineInfo[] = [];
  for (const name of only ? [only] : [...book.groups.keys()].toSorted()) {
    if (from && name < from.group) continue;
    const group = book.groups.get(name);
    if (!group) continue;
    for (const machine of group.machines) {
      const number = numberOf(machine);
      if (from?.group === name && number <= from.number) continue;
      machines.push(infoOf(group, machine, live.of(machine)));
      if (machines.length === PAGE) return { machines, next: { group: name, number } };
    }
  }
  return { machines, next: null };
}

/** What `count` answers: of the machines of a group, for those who wait for them and need not know more yet. */
export interface Count {
  all: number;
  /** That wait for their turn, or are being made. */
  making: number;
  failed: number;
}

export function countOf(book: Book, live: LiveTable, group: string): Count {
  const count: Count = { all: 0, making: 0, failed: 0 };
  for (const machine of book.groups.get(group)?.machines ?? []) {
    const { state } = live.of(machine);
    count.all += 1;
    if (state === 'waiting' || state === 'starting') count.making += 1;
    else if (state === 'failed') count.failed += 1;
  }
  return count;
}

export function infoOf(group: Group, machine: Machine, live: Live): MachineInfo {
  const { state, vtid, node, createMs, error, moved } = live;
  const { name, templateName: template, shape, networks = NO_NETWORKS } = group;
  const { memory, processors, disk } = shape;
  // Without a spread, which takes an interpreter as long as all the rest.
  return {
    name: machine.name,
    group: name,
    template,
    memory,
    processors,
    disk,
    networks: cardsOf(networks, numberOf(machine)).map((card) => ({
      network: card.network.tag === 'link' ? `link:${card.network.val}` : 'user',
      address: addressOf(card),
    })),
    state,
    vtid,
    node,
    createMs,
    error: error && error.slice(0, ERROR_CHARS),
    ...(moved && { moved }),
  };
}

/** Those of a group are in the order of theirs. */
function numberOf({ number = 0 }: Machine): number {
  return number;
}
