// What `npm start` shows.
import { styleText } from 'node:util';
import { table } from '../output/table.ts';
import { formatBytes, formatCount, formatDuration } from '../output/units.ts';
import type { Summary, WordCount } from '../wordcount/counts.ts';
import type { JobTask } from '../wordcount/job.ts';

const WIDTH = 76;
const BAR_WIDTH = 30;
const MAX_WORD = 24;

type Style = Parameters<typeof styleText>[0];

function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function title(): string {
  return `\n${paint('bold', 'vStarCloud')}  one cluster, one real job\n\n`;
}

/** Something that is done, and how long it took. */
export function step(what: string, ms: number): string {
  const time = formatDuration(ms);
  const blanks = ' '.repeat(Math.max(2, WIDTH - what.length - time.length));
  return `${paint('green', '✔')} ${what}${blanks}${paint('dim', time)}\n`;
}

/** Something that was done to the cluster, or came of it. */
export function incident(what: string): string {
  return `${paint('yellow', '!')} ${what}\n`;
}

export function node(name: string, address: string): string {
  return paint('dim', `    ${name}  ${address.replace(/\/p2p\/.*/, '')}\n`);
}

export function checked(ms: number): string {
  return step('the same, byte for byte, as an independent count in plain JavaScript', ms);
}

/** Which vTask ran where. */
export function placement(tasks: readonly JobTask[], names: ReadonlyMap<string, string>): string {
  const rows = tasks
    .map(({ vtid, kind, node: id, done, bytes, state }) => [
      names.get(id) ?? id,
      kind,
      vtid,
      state === 'lost' ? 'lost' : `${done} ${plural(done, kind === 'map' ? 'split' : 'part')}`,
      formatBytes(bytes),
    ])
    .toSorted((a, b) => compare(a[0]!, b[0]!) || compare(a[1]!, b[1]!));
  const columns = [
    { title: 'NODE' },
    { title: 'KIND' },
    { title: 'VTASK' },
    { title: 'DID', align: 'right' },
    { title: 'BYTES', align: 'right' },
  ] as const;
  return indented(table(columns, rows));
}

export function topWords(top: readonly WordCount[]): string {
  if (top.length === 0) return '\nThere is no word in it.\n';
  const most = top[0]!.count;
  const words = top.map(({ word }) => shown(word));
  const width = Math.max(...words.map((word) => word.length));
  const lines = top.map(({ count }, at) => {
    const bar = paint('cyan', '█'.repeat(Math.max(1, Math.round((count / most) * BAR_WIDTH))));
    return `  ${String(at + 1).padStart(2)}  ${words[at]!.padEnd(width)}  ${formatCount(count).padStart(11)}  ${bar}\n`;
  });
  return `\n${paint('bold', 'The most frequent words')}\n${lines.join('')}`;
}

export function totals({ words, distinct }: Summary, jobMs: number, allMs: number): string {
  const counts = `${formatCount(words)} words, ${formatCount(distinct)} different ones`;
  return `\n${paint('bold', counts)}; the job took ${formatDuration(jobMs)}, all of it ${formatDuration(allMs)}.\n`;
}

export function stopped(nodes: number): string {
  return `${paint('dim', `All ${nodes} nodes are stopped, and their data is removed. Yours: npm start -- FILE...`)}\n\n`;
}

/** A word of any bytes and any length, for a terminal. */
function shown(word: string): string {
  // oxlint-disable-next-line no-control-regex -- a terminal would obey them
  const printable = word.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
  return printable.length <= MAX_WORD ? printable : `${printable.slice(0, MAX_WORD - 1)}…`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
