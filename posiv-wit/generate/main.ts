import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputsOf } from './outputs.ts';
import { loadPackages, ROOT } from './sources.ts';

// `npm run generate` writes everything that is made from the WIT; with `--check` it only says what differs.

const GENERATED_FOLDER = 'posiv-wit/generated';
const check = process.argv.includes('--check');
const outputs = outputsOf(loadPackages());
const stale = [...outputs].filter(
  ([path, text]) =>
    !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== text,
);
const superfluous = existsSync(join(ROOT, GENERATED_FOLDER))
  ? readdirSync(join(ROOT, GENERATED_FOLDER), { recursive: true, encoding: 'utf8' })
      .map((each) => join(GENERATED_FOLDER, each))
      .filter((each) => each.endsWith('.ts') && !outputs.has(each))
  : [];

if (check) {
  for (const [path] of stale)
    console.error(`${path} is not what the WIT says: run \`npm run generate\``);
  for (const path of superfluous)
    console.error(`${path} is no longer made from any WIT: run \`npm run generate\``);
  if (stale.length + superfluous.length > 0) process.exitCode = 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
  for (const path of superfluous) rmSync(join(ROOT, path));
}
