import { keep } from './strategy.ts';

/** The strategy as a component, in the world `posiv:managers/storage-manager`. */
export const storage = { keep };
