import { WitError, type Place } from '../wit-error.ts';

/** A word of WIT text; `docs` is the doc comment that stands before it. */
export interface Token {
  readonly kind: 'name' | 'number' | 'sign' | 'end';
  /** A name without its `%`. */
  readonly text: string;
  /** A name that was written with `%` is never a keyword. */
  readonly escaped: boolean;
  readonly docs: string;
  readonly place: Place;
  readonly start: number;
  readonly end: number;
}

const BLANK = /\s+/y;
const DOC_LINE = /\/\/\/ ?(.*)/y;
const DOC_BLOCK = /\/\*\*([\s\S]*?)\*\//y;
const COMMENT_LINE = /\/\/.*/y;
const NAME = /%?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/y;
// A version (`0.1.0-rc.1`) is one token, but the dot of `@0.1.0.{name}` is not part of it.
const NUMBER = /\d[0-9A-Za-z+-]*(?:\.[0-9A-Za-z+-]+)*/y;
const SIGN = /->|[{}()<>,;:=@./*_-]/y;

/**
 * Cuts WIT text into tokens, the last of which has the kind `end`.
 * @throws {wit-error} at a character that begins no token
 */
export function tokensOf(file: string, text: string): Token[] {
  const tokens: Token[] = [];
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    lineStarts.push(at + 1);
  let line = 0;
  let docs: string[] = [];
  let at = 0;
  const placeAt = (position: number): Place => {
    while (line + 1 < lineStarts.length && (lineStarts[line + 1] ?? 0) <= position) line++;
    return { file, line: line + 1, column: position - (lineStarts[line] ?? 0) + 1 };
  };
  const eat = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at += match[0].length;
    return match;
  };
  const push = (kind: Token['kind'], start: number, word: string): void => {
    const escaped = word.startsWith('%');
    const plain = escaped ? word.slice(1) : word;
    tokens.push({
      kind,
      text: plain,
      escaped,
      docs: docs.join('\n'),
      place: placeAt(start),
      start,
      end: at,
    });
    docs = [];
  };
  while (at < text.length) {
    if (eat(BLANK)) continue;
    const start = at;
    let match = eat(DOC_LINE);
    if (match) {
      docs.push((match[1] ?? '').trimEnd());
      continue;
    }
    match = eat(DOC_BLOCK);
    if (match) {
      docs.push(...docLinesOf(match[1] ?? ''));
      continue;
    }
    if (eat(COMMENT_LINE)) continue;
    if (text.startsWith('/*', at)) {
      at = endOfComment(text, at, placeAt(at));
      continue;
    }
    if ((match = eat(NAME))) push('name', start, match[0]);
    else if ((match = eat(NUMBER))) push('number', start, match[0]);
    else if ((match = eat(SIGN))) push('sign', start, match[0]);
    else throw new WitError(placeAt(at), `unexpected character ${JSON.stringify(text[at])}`);
  }
  push('end', at, '');
  return tokens;
}

function docLinesOf(block: string): string[] {
  return block
    .split('\n')
    .map((each) => each.replace(/^\s*\*? ?/, '').trimEnd())
    .filter((each, index, all) => each !== '' || (index > 0 && index < all.length - 1));
}

// Block comments of WIT nest.
function endOfComment(text: string, start: number, place: Place): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (text.startsWith('*/', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw new WitError(place, 'comment without an end');
}
