const known = new Map<string, string>();

/** The name in WIT of what has this one in TypeScript: `put-path` of `putPath`. Kept, so it is for names that are written in code. */
export function kebabCase(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  known.set(name, kebab);
  return kebab;
}
