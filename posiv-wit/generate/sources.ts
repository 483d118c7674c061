import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackages } from './model/resolve.ts';
import type { Package } from './model/model.ts';
import { parseWit } from './syntax/parse.ts';

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** All packages of `posiv-wit/wit`, one a folder. */
export function loadPackages(): Package[] {
  const folder = join(ROOT, 'posiv-wit', 'wit');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.wit'),
  );
  files.sort();
  return resolvePackages(
    files.map((each) =>
      parseWit(join('posiv-wit', 'wit', each), readFileSync(join(folder, each), 'utf8')),
    ),
  );
}
