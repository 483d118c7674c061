import { engineTrap } from './engine-trap.ts';

/** What a guest gets that breaks the Canonical ABI: it does not survive, nor can it catch it. */
export function trap(what: string): never {
  throw engineTrap(`canonical ABI: ${what}`);
}

/** For the branch that no case of a guest's variant reaches. */
export function badTag(tag: number): never {
  return trap(`tag ${tag} is out of range`);
}

/** The case of an enum that a guest's tag means. */
export function caseOf<T>(cases: readonly T[], tag: number): T {
  return cases[tag >>> 0] ?? badTag(tag);
}

/**
 * For a value of the host that is not of its type: a defect of the host, not of the guest.
 * @throws {TypeError}
 */
export function notOfType(type: string, value: unknown): never {
  throw new TypeError(`${String(value)} is no ${type}`);
}
