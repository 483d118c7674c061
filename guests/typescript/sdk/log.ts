import { write } from 'posiv:kernel/log@0.1.0';
import { utf8Encode } from './utf8.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Writes a line to the standard output. */
export function print(...values: unknown[]): void {
  write('output', utf8Encode(`${values.map(text).join(' ')}\n`));
}

/** Writes a line to the vTask's log. */
export function log(level: Level, ...values: unknown[]): void {
  write(level, utf8Encode(`${values.map(text).join(' ')}\n`));
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.message;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? typeof value;
}
