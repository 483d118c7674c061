import type { Backend, Shape } from '#posiv-wit/generated/machine.ts';
import { KINDS } from '../backends/kinds.ts';
import { refuse } from './template-checks.ts';

/** @throws {refused} */
export function checkMost(backend: Backend, shape: Shape): void {
  for (const [name, most] of Object.entries(KINDS[backend].most)) {
    const value = shape[name as keyof Shape];
    if (value > most) refuse(`${name} is ${value}: with ${backend} at most ${most}`);
  }
}
