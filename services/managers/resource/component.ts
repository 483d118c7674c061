import { place } from './strategy.ts';

/** The strategy as a component, in the world `posiv:managers/resource-manager`. */
export const resource = { place };
