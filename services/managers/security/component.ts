import { attenuate } from './strategy.ts';

/** The strategy as a component, in the world `posiv:managers/security-manager`. */
export const security = {
  attenuate(holder: readonly string[], asked: readonly string[] | undefined): readonly string[] {
    const result = attenuate(holder, asked);
    // A component gives the error of a `result` by throwing it.
    if (!result.ok) throw Object.assign(new Error('not held'), { payload: result.error });
    return result.value;
  },
};
