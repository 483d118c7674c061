/** Whether a grant, of an interface or of a whole package, with or without a version, covers another name. */
export function covers(grant: string, wanted: string): boolean {
  const [granted, grantedVersion] = grant.split('@');
  const [name = '', version] = wanted.split('@');
  if (grantedVersion !== undefined && grantedVersion !== version) return false;
  return name === granted || name.startsWith(`${granted}/`);
}
