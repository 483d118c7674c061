/** A mistake in WIT text, at the place where it was noticed. */
export class WitError extends Error {
  readonly code = 'wit-error';

  constructor(place: Place, what: string) {
    super(`${place.file}:${place.line}:${place.column}: ${what}`);
    this.name = 'WitError';
  }
}

/** Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
