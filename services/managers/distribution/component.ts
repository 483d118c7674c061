import { rank } from './strategy.ts';

/** The strategy as a component, in the world `posiv:managers/distribution-manager`. */
export const distribution = { rank };
