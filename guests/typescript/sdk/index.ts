// POSIV in TypeScript: what a vTask's module imports as 'vstar'.
export { decode, encode } from './cbor.ts';
export type { Value } from './cbor.ts';
export { now, wallTime } from './clock.ts';
export { VStarError } from './error.ts';
export { dispatch, receive, serve } from './event.ts';
export type { Event } from './event.ts';
export {
  LATER,
  NEVER,
  msg,
  registerMsg,
  registerRpc,
  reply,
  replyError,
  rpc,
  startRpc,
} from './ipc.ts';
export { link, spawnLink } from './link.ts';
export { log, print } from './log.ts';
export { onDie, onExit, onStart, unwatch } from './monitor.ts';
export { onEnd } from './on-end.ts';
export type { Caller, Done, MsgHandler, RpcHandler, WatchHandler } from './registry.ts';
export { Supervisor } from './supervisor.ts';
export type { Child, SupervisorOptions } from './supervisor.ts';
export { utf8Decode, utf8Encode } from './utf8.ts';
export {
  exit,
  find,
  info,
  list,
  self,
  vtaskAdjust,
  vtaskKill,
  vtaskNew,
  vtaskSched,
} from './vtask.ts';
export type { VtaskInfo, VtaskOptions } from './vtask.ts';
