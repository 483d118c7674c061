import { WitError } from '../wit-error.ts';
import type { Cursor } from './cursor.ts';
import {
  PRIMITIVES,
  type BodyTree,
  type FunctionTree,
  type Head,
  type MemberTree,
  type Primitive,
} from './tree.ts';
import type { TypeExpression, TypeTree } from './tree.ts';

const PRIMITIVE_NAMES: ReadonlySet<string> = new Set(PRIMITIVES);
// Legal WIT that POSIV does without: its values are plain data, its calls plain functions.
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'own',
  'borrow',
  'future',
  'stream',
  'error-context',
  'map',
]);

/** `list<string>`, `result<_, e>`, a name. */
function parseType(cursor: Cursor): TypeExpression {
  const { token } = cursor;
  const name = cursor.word('a type');
  if (token.escaped) return { kind: 'named', name, place: token.place };
  if (PRIMITIVE_NAMES.has(name)) return { kind: 'primitive', primitive: name as Primitive };
  if (UNSUPPORTED.has(name) && cursor.isSign('<')) {
    throw new WitError(token.place, `\`${name}\` is not supported`);
  }
  if (name === 'list' || name === 'option') {
    cursor.sign('<');
    const of = parseType(cursor);
    if (cursor.isSign(',')) cursor.fail('`>` (a list of fixed length is not supported)');
    cursor.sign('>');
    return { kind: name, of };
  }
  if (name === 'tuple') {
    cursor.sign('<');
    return { kind: 'tuple', items: cursor.list('>', () => parseType(cursor)) };
  }
  if (name === 'result') return parseResult(cursor);
  return { kind: 'named', name, place: token.place };
}

function parseResult(cursor: Cursor): TypeExpression {
  if (!cursor.takeSign('<')) return { kind: 'result', ok: undefined, error: undefined };
  const ok = cursor.takeSign('_') ? undefined : parseType(cursor);
  const error = cursor.takeSign(',') ? parseType(cursor) : undefined;
  cursor.sign('>');
  return { kind: 'result', ok, error };
}

const TYPE_WORDS = ['type', 'record', 'variant', 'enum', 'flags'] as const;

/** A type's declaration, or undefined where the cursor is not at one. */
export function parseTypeDeclaration(cursor: Cursor, head: Head): TypeTree | undefined {
  if (cursor.isWord('resource')) throw new WitError(cursor.place, '`resource` is not supported');
  const word = TYPE_WORDS.find((each) => cursor.isWord(each));
  if (word === undefined) return undefined;
  cursor.next();
  const name = cursor.name('the name of a type');
  if (word === 'type') {
    cursor.sign('=');
    const of = parseType(cursor);
    cursor.sign(';');
    return { ...head, kind: 'type', name, body: { kind: 'alias', of } };
  }
  cursor.sign('{');
  const members = cursor.list('}', () => parseMember(cursor, word));
  if (members.length === 0) throw new WitError(head.place, `\`${name}\` is empty`);
  return { ...head, kind: 'type', name, body: bodyOf(word, members) };
}

function bodyOf(
  word: Exclude<(typeof TYPE_WORDS)[number], 'type'>,
  members: readonly MemberTree[],
): BodyTree {
  if (word === 'record') return { kind: 'record', fields: members };
  if (word === 'flags') return { kind: 'flags', flags: members };
  return { kind: word, cases: members };
}

function parseMember(cursor: Cursor, word: string): MemberTree {
  const head = cursor.head();
  const name = cursor.name(word === 'record' ? 'a field' : 'a case');
  let type: TypeExpression | undefined;
  if (word === 'record') {
    cursor.sign(':');
    type = parseType(cursor);
  } else if (word === 'variant' && cursor.takeSign('(')) {
    type = parseType(cursor);
    cursor.sign(')');
  }
  return { ...head, name, type };
}

/** From after `name:` to the semicolon. */
export function parseFunction(cursor: Cursor, head: Head, name: string): FunctionTree {
  if (cursor.isWord('async')) throw new WitError(cursor.place, '`async` is not supported');
  if (!cursor.takeWord('func')) cursor.fail('`func`');
  cursor.sign('(');
  const params = cursor.list(')', () => {
    const param = cursor.name('a parameter');
    cursor.sign(':');
    return { name: param, type: parseType(cursor) };
  });
  const result = cursor.takeSign('->') ? parseType(cursor) : undefined;
  cursor.sign(';');
  return { ...head, kind: 'function', name, params, result };
}
