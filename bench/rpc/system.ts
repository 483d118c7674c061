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

/** Of what a program printed: nanoseconds at both percentiles, then the three rates. */
export function figuresFrom([p50, p99, messages, requests, stream]: readonly number[]): RpcFigures {
  return {
    p50: p50! / 1_000,
    p99: p99! / 1_000,
    messages: messages!,
    requests: requests!,
    stream: stream!,
  };
}
