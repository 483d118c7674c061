import { UsageError } from '../errors.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.2 MiB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `5 ms`, `3.4 s`, `2 min 5 s`, `3 h 2 min`, `4 d 1 h` */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const s = Math.round(ms / 1_000);
  if (s < 3_600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  const min = Math.floor(s / 60);
  if (min < 24 * 60) return `${Math.floor(min / 60)} h ${min % 60} min`;
  return `${Math.floor(min / 1_440)} d ${Math.floor((min % 1_440) / 60)} h`;
}

/** How long ago something was, by the clock of the node that it was on: `in 1 d 0 h` where that is ahead of this one's. */
export function formatAge(at: number, now: number): string {
  const ms = now - at;
  return ms < -1_000 ? `in ${formatDuration(-ms)}` : formatDuration(Math.max(0, ms));
}

/** `208,160` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A parser for commander: bytes of `65536`, `64K` or `64KiB`, `1.5G`. */
export function parseSize(what: string): (text: string) => number {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
    const power = ['', 'K', 'M', 'G', 'T'].indexOf(match?.[2]?.toUpperCase() ?? '');
    const bytes = match ? Math.round(Number(match[1]) * 1024 ** power) : Number.NaN;
    if (Number.isSafeInteger(bytes)) return bytes;
    throw new UsageError(`${what} is ${JSON.stringify(text)}; give bytes, or 64K, 16M, 2G`);
  };
}

/** A parser for commander: milliseconds of `30s`, `10m`, `1h`, `7d`. */
export function parseDuration(
  what: string,
  minMs: number,
  maxMs: number,
): (text: string) => number {
  const units: Readonly<Record<string, number>> = {
    s: 1_000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  };
  return (text) => {
    const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
    const ms = Number(count) * (units[unit] ?? Number.NaN);
    if (ms >= minMs && ms <= maxMs) return ms;
    throw new UsageError(
      `${what} is ${JSON.stringify(text)}; give 30s, 10m, 1h or 7d, from ${minMs / 1_000}s to ${maxMs / 86_400_000}d`,
    );
  };
}

/** A parser of whole numbers for commander. */
export function parseCount(what: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new UsageError(
      `${what} is ${JSON.stringify(text)}; give a whole number from ${min} to ${max}`,
    );
  };
}
