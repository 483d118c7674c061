import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

const versions = new Map<string, string>();

/** The version of an installed package, read from its manifest: to import a tool takes up to half a second. */
export function toolVersion(name: string): string {
  const known = versions.get(name);
  if (known !== undefined) return known;
  const manifest = findPackageJSON(name, import.meta.url)!;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  versions.set(name, version);
  return version;
}
