import { assign, schedule } from './strategy.ts';

/** The strategy as a component, in the world `posiv:managers/task-manager`. */
export const task = { assign, schedule };
