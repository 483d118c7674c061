import type { Change } from 'posiv:kernel/ipc@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import type { VStarError } from './error.ts';

/** Who asks, and the token to answer with later. */
export interface Caller {
  vtid: Vtid;
  token: number;
}

export type RpcHandler = (args: any, caller: Caller) => unknown;
export type MsgHandler = (body: any, sender: Vtid) => void;
export type Done = (error: VStarError | undefined, result: any) => void;
export type WatchHandler = (change: Change, vtid: Vtid) => void;

/** What a module has said it handles. One for a vTask: an image holds one module. */
export const registry = {
  /** False while the image is built: the kernel cannot be called yet, so the entry registers what was noted. */
  live: false,
  rpcs: new Map<string, RpcHandler>(),
  msgs: new Map<string, MsgHandler>(),
  pending: new Map<number, Done>(),
  watches: new Map<number, WatchHandler>(),
};
