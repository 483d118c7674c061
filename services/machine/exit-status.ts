/** What the agent of a machine exits with that goes on on another node: of the machine nothing has ended. */
export const MOVED = 2;
