import { table } from '#cli/output/table.ts';
import type { Trial } from './judgement.ts';

const COLUMNS = [
  { title: 'HOSTILE GUEST' },
  { title: 'CONTAINED' },
  { title: 'MS', align: 'right' },
  { title: 'REASON' },
  { title: 'NEIGHBOURS' },
  { title: 'CELL p99', align: 'right' },
  { title: 'TENANT p99', align: 'right' },
  { title: 'OTHER WORK', align: 'right' },
  { title: 'MIB', align: 'right' },
] as const;

const REASON_CHARS = 60;

/**
 * The trials as a table, and below it what each got away with that was not contained. Latencies are milliseconds when it
 * is quiet and while the guest is loose; memory is before and after.
 */
export function scorecard(trials: readonly Trial[]): string {
  const rows = trials.map((each) => [
    each.name,
    each.contained ? 'yes' : 'NO',
    number(each.ms),
    printable(each.reason),
    each.neighbours,
    ...[each.near, each.far].map(
      ({ quietMs, duringMs }) => `${number(quietMs)} > ${number(duringMs)}`,
    ),
    `${Math.round(each.otherWork * 100)} %`,
    `${mib(each.memoryBefore)} > ${mib(each.memoryAfter)}`,
  ]);
  const loose = trials.filter(({ contained }) => !contained);
  const disturbing = trials.filter(({ neighbours }) => neighbours === 'disturbed');
  const noisy = trials.filter(({ neighbours }) => neighbours === 'noisy').length;
  const because = [...new Set([...loose, ...disturbing])].map(
    (each) => `${each.name}: ${each.because.join('; ')}\n`,
  );
  const sum = `${trials.length - loose.length} of ${trials.length} contained, ${disturbing.length} disturb their neighbours, ${noisy} could not be told from the machine's other work\n`;
  return `${table(COLUMNS, rows)}\n${because.join('')}${sum}`;
}

/** What a guest has said, without what would move the cursor, and not all of it. */
function printable(reason: string): string {
  const text = reason.replaceAll(/\p{C}/gu, '').trim();
  return text.length > REASON_CHARS ? `${text.slice(0, REASON_CHARS)}...` : text;
}

function number(ms: number | undefined): string {
  return ms === undefined ? '-' : ms.toFixed(1);
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
