import { availableParallelism, totalmem } from 'node:os';

/** The machine by its shape alone: figures are compared with those of others like it. */
export interface Machine {
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
