import { WitError, type Place } from '../wit-error.ts';
import type { Token } from './lexer.ts';
import type { Head, PackageName, Path } from './tree.ts';

// Names only with a `%` before them.
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'as async bool borrow char constructor enum error-context export f32 f64 flags from func future import include interface ' +
    'list map option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64 u8 use ' +
    'variant with world'
  ).split(' '),
);

/** Walks over tokens; what every part of the parser needs. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get token(): Token {
    return this.ahead(0);
  }

  ahead(count: number): Token {
    const token = this.#tokens[Math.min(this.#at + count, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('no tokens');
    return token;
  }

  get place(): Place {
    return this.token.place;
  }

  next(): Token {
    const token = this.token;
    this.#at++;
    return token;
  }

  fail(expected: string): never {
    const { kind, text } = this.token;
    throw new WitError(
      this.place,
      `expected ${expected}, found ${kind === 'end' ? 'the end of the text' : `\`${text}\``}`,
    );
  }

  isSign(text: string): boolean {
    return this.token.kind === 'sign' && this.token.text === text;
  }

  isWord(text: string): boolean {
    return this.token.kind === 'name' && !this.token.escaped && this.token.text === text;
  }

  takeSign(text: string): boolean {
    if (!this.isSign(text)) return false;
    this.#at++;
    return true;
  }

  takeWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.#at++;
    return true;
  }

  sign(text: string): void {
    if (!this.takeSign(text)) this.fail(`\`${text}\``);
  }

  name(what: string): string {
    const { kind, text, escaped, place } = this.token;
    if (kind === 'name' && !escaped && KEYWORDS.has(text))
      throw new WitError(place, `\`${text}\` is a keyword: write \`%${text}\``);
    return this.word(what);
  }

  /** A name or a keyword. */
  word(what: string): string {
    if (this.token.kind !== 'name') this.fail(what);
    return this.next().text;
  }

  version(): string {
    if (this.token.kind !== 'number') this.fail('a version');
    return this.next().text;
  }

  /** Items between an opening sign, which has been taken, and the closing one; the last comma may be left out. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.takeSign(close)) {
      items.push(item());
      if (this.takeSign(',')) continue;
      this.sign(close);
      break;
    }
    return items;
  }

  /** The docs and the gates (`@since`, `@unstable`, `@deprecated`) before an item. */
  head(): Head {
    const { docs, place } = this.token;
    let since: string | undefined;
    let deprecated: string | undefined;
    while (this.takeSign('@')) {
      const gate = this.name('since, unstable or deprecated');
      this.sign('(');
      const key = this.name('version or feature');
      this.sign('=');
      const value = key === 'version' ? this.version() : this.name('a feature');
      this.sign(')');
      if (gate === 'since') since = value;
      else if (gate === 'deprecated') deprecated = value;
      else if (gate !== 'unstable') throw new WitError(place, `unknown gate \`@${gate}\``);
    }
    return { docs, since, deprecated, place };
  }

  packageName(): PackageName {
    const namespace = this.name('the namespace of a package');
    this.sign(':');
    const name = this.name('the name of a package');
    return { namespace, name, version: this.takeSign('@') ? this.version() : undefined };
  }

  /** `name` or `namespace:package/name@version`. */
  path(what: string): Path {
    const { place } = this;
    const first = this.name(what);
    if (!this.takeSign(':')) return { package: undefined, name: first, place };
    const name = this.name('the name of a package');
    this.sign('/');
    const item = this.name(what);
    const version = this.takeSign('@') ? this.version() : undefined;
    return { package: { namespace: first, name, version }, name: item, place };
  }
}
