import { stripVTControlCharacters, styleText } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Lines of a table for people: two blanks between the columns, no frame, so that it can be cut and pasted. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => visible(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? '';
        const blanks = ' '.repeat(widths[at]! - visible(cell));
        return align === 'right' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd();
  const head = styleText('bold', line(columns.map(({ title }) => title)), {
    stream: process.stdout,
  });
  return [head, ...rows.map(line)].map((each) => `${each}\n`).join('');
}

function visible(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

/** For programs: one JSON value. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
