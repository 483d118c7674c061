import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The tools that make components read one text. In it the root package has the world `guest`, and every other package
// follows as a block.

const FOLDER = join(import.meta.dirname, 'wit');

const WORLD = /^(?:[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/)?[a-z][a-z0-9-]*(?:@[0-9A-Za-z.+-]+)?$/;

// Comments before the package's name may hold anything.
const PACKAGE =
  /^((?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*)package\s+([a-z0-9:-]+(?:@[0-9A-Za-z.+-]+)?)\s*;/;

const WORLD_ITEM = /^world /m;

let blocks: string | undefined;

/**
 * One WIT text whose world `guest` is a world of POSIV, for example `posiv:mapreduce/map-task@0.1.0`.
 * @throws {malformed-wit} where `world` is no name of a world
 */
export function bundleWit(world: string): string {
  return `package vstar:guest;\n\nworld guest {\n  include ${checked(world)};\n}\n\n${posivBlocks()}`;
}

/**
 * A user's own package followed by those of POSIV. Its world `guest` is the user's `world`: one of the text, or any
 * that the text may include.
 * @throws {malformed-wit} where the text does not begin with a package, or `world` is no name of a world
 */
export function bundleUserWit(text: string, world: string): string {
  const header = PACKAGE.exec(text);
  if (header === null)
    throw new MalformedWitError('a WIT text begins with `package namespace:name;`');
  const body = text.slice(header[0].length);
  const own = ownWorld(header[2] ?? '', checked(world));
  const guest = own === 'guest' ? '' : `\n\nworld guest {\n  include ${own};\n}`;
  return `${header[0]}${guest}${body.trimEnd()}\n\n${posivBlocks()}`;
}

/** A user's WIT that cannot be joined with POSIV's. */
class MalformedWitError extends Error {
  readonly code = 'malformed-wit';

  constructor(what: string) {
    super(`malformed WIT: ${what}`);
    this.name = 'MalformedWitError';
  }
}

// Within its own package a world has no other name than the short one.
function ownWorld(packageId: string, world: string): string {
  const [name, version] = packageId.split('@');
  const prefix = `${name}/`;
  const suffix = version === undefined ? '' : `@${version}`;
  const own = world.startsWith(prefix) && world.endsWith(suffix);
  return own ? world.slice(prefix.length, world.length - suffix.length) : world;
}

function checked(world: string): string {
  if (!WORLD.test(world))
    throw new MalformedWitError(`${JSON.stringify(world)} is no name of a world`);
  return world;
}

function posivBlocks(): string {
  blocks ??= readdirSync(FOLDER)
    .toSorted()
    .map(packageBlock)
    // What has no world is spoken between nodes: no guest imports it.
    .filter((block) => WORLD_ITEM.test(block))
    .join('\n');
  return blocks;
}

function packageBlock(name: string): string {
  let id = '';
  const items = readdirSync(join(FOLDER, name))
    .filter((file) => file.endsWith('.wit'))
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(FOLDER, name, file), 'utf8');
      const header = PACKAGE.exec(text);
      if (header === null)
        throw new MalformedWitError(`${name}/${file} does not begin with a package`);
      id = header[2] ?? '';
      return text.slice(header[0].length).trim();
    });
  return `package ${id} {\n${items.join('\n\n')}\n}\n`;
}
