import type { Cursor } from './cursor.ts';
import { Cursor as TokenCursor } from './cursor.ts';
import { tokensOf } from './lexer.ts';
import { parseFunction, parseTypeDeclaration } from './parse-types.ts';
import type {
  FileTree,
  Head,
  InterfaceItem,
  InterfaceTree,
  TopItem,
  UseTree,
  WorldItem,
  WorldTree,
} from './tree.ts';

/**
 * Reads one WIT file.
 * @throws {wit-error} with file, line and column
 */
export function parseWit(file: string, text: string): FileTree {
  const cursor = new TokenCursor(tokensOf(file, text));
  return parseFile(cursor);
}

function parseFile(cursor: Cursor): FileTree {
  const { docs } = cursor.token;
  let name: FileTree['package'];
  if (cursor.isWord('package')) {
    cursor.next();
    name = cursor.packageName();
    // A file may hold nothing but nested packages.
    if (cursor.isSign('{')) {
      const first = parseNested(cursor, name, docs);
      const rest = parseItems(cursor, 'end');
      return { package: undefined, docs: '', items: rest.items, nested: [first, ...rest.nested] };
    }
    cursor.sign(';');
  }
  return { package: name, docs, ...parseItems(cursor, 'end') };
}

function parseNested(cursor: Cursor, name: FileTree['package'], docs: string): FileTree {
  cursor.sign('{');
  const { items } = parseItems(cursor, '}');
  return { package: name, docs, items, nested: [] };
}

function parseItems(cursor: Cursor, close: 'end' | '}'): Pick<FileTree, 'items' | 'nested'> {
  const items: TopItem[] = [];
  const nested: FileTree[] = [];
  while (close === 'end' ? cursor.token.kind !== 'end' : !cursor.takeSign('}')) {
    const head = cursor.head();
    if (cursor.takeWord('interface'))
      items.push(parseInterface(cursor, head, cursor.name('the name of an interface')));
    else if (cursor.takeWord('world')) items.push(parseWorld(cursor, head));
    else if (cursor.takeWord('use')) {
      const path = cursor.path('an interface');
      const as = cursor.takeWord('as') ? cursor.name('a name') : path.name;
      cursor.sign(';');
      items.push({ kind: 'top-use', path, as });
    } else if (close === 'end' && cursor.takeWord('package')) {
      nested.push(parseNested(cursor, cursor.packageName(), head.docs));
    } else cursor.fail('`interface`, `world`, `use` or `package`');
  }
  return { items, nested };
}

function parseInterface(cursor: Cursor, head: Head, name: string): InterfaceTree {
  cursor.sign('{');
  const items: InterfaceItem[] = [];
  while (!cursor.takeSign('}')) {
    const itemHead = cursor.head();
    const item = parseUse(cursor, itemHead) ?? parseTypeDeclaration(cursor, itemHead);
    if (item !== undefined) {
      items.push(item);
      continue;
    }
    const member = cursor.name('a type or a function');
    cursor.sign(':');
    items.push(parseFunction(cursor, itemHead, member));
  }
  return { ...head, kind: 'interface', name, items };
}

function parseUse(cursor: Cursor, head: Head): UseTree | undefined {
  if (!cursor.takeWord('use')) return undefined;
  const path = cursor.path('an interface');
  cursor.sign('.');
  cursor.sign('{');
  const names = cursor.list('}', () => {
    const { place } = cursor;
    const name = cursor.name('a type');
    return { name, as: cursor.takeWord('as') ? cursor.name('a name') : name, place };
  });
  cursor.sign(';');
  return { ...head, kind: 'use', path, names };
}

function parseWorld(cursor: Cursor, head: Head): WorldTree {
  const name = cursor.name('the name of a world');
  cursor.sign('{');
  const items: WorldItem[] = [];
  while (!cursor.takeSign('}')) items.push(parseWorldItem(cursor, cursor.head()));
  return { ...head, kind: 'world', name, items };
}

function parseWorldItem(cursor: Cursor, head: Head): WorldItem {
  const declared = parseUse(cursor, head) ?? parseTypeDeclaration(cursor, head);
  if (declared !== undefined) return declared;
  if (cursor.takeWord('include')) {
    const path = cursor.path('a world');
    if (cursor.isWord('with')) cursor.fail('`;` (`include with` is not supported)');
    cursor.sign(';');
    return { kind: 'include', path, head };
  }
  const kind = cursor.takeWord('import')
    ? 'import'
    : cursor.takeWord('export')
      ? 'export'
      : undefined;
  if (kind === undefined) cursor.fail('`import`, `export`, `include`, `use` or a type');
  // `import name: func()` and `import name: interface {}` against `import namespace:package/name`.
  const inline =
    cursor.ahead(1).text === ':' && ['func', 'interface', 'async'].includes(cursor.ahead(2).text);
  if (inline && cursor.ahead(3).text !== '/') {
    const name = cursor.name('a name');
    cursor.sign(':');
    if (cursor.takeWord('interface'))
      return { kind, what: parseInterface(cursor, head, name), head };
    return { kind, what: parseFunction(cursor, head, name), head };
  }
  const path = cursor.path('an interface');
  cursor.sign(';');
  return { kind, what: path, head };
}
