import { readFileSync } from 'node:fs';

const versions = new Map<string, string>();

/** The version of an installed package, read from its manifest: to import a tool takes up to half a second. */
export function toolVersion(name: string): string {
  const known = versions.get(name);
  if (known !== undefined) return known;
  const marker = `/node_modules/${name}/`;
  const resolved = import.meta.resolve(name);
  const root = resolved.slice(0, resolved.lastIndexOf(marker) + marker.length);
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    version: string;
  };
  versions.set(name, version);
  return version;
}
