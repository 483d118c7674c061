import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RpcFigures, RpcLoad } from './figures.ts';

export const run = promisify(execFile);

export interface Measured {
  /** Of the system, as it says itself; empty where there is nothing to say. */
  readonly version: string;
  readonly figures: RpcFigures;
}

/** Another system that carries requests and messages between two ends. */
export interface System {
  readonly name: string;
  /** What a machine needs that does not have it. */
  readonly install: string;
  /** Takes its figures; undefined where it is not installed. */
  measure(load: RpcLoad): Promise<Measured | undefined>;
}

/** What is there wherever Node is. */
export function bare(
  name: string,
  measured: { measure(load: RpcLoad): Promise<RpcFigures> },
): System {
  return {
    name,
    install: '',
    measure: async (load) => ({ version: '', figures: await measured.measure(load) }),
  };
}
