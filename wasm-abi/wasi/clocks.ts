import { answers, type WasiInterface } from './interface.ts';
import { Pollable } from './pollable.ts';

const NS_PER_US = 1_000;

/** What POSIV's wall clock tells. */
const WALL_STEP_NS = 1_000_000;

export const MONOTONIC_CLOCK: WasiInterface = {
  name: 'wasi:clocks/monotonic-clock',
  resources: [],
  functions: {
    now: answers(
      ({ sources }) =>
        () =>
          BigInt(sources.monotonicUs() * NS_PER_US),
    ),
    resolution: answers(
      ({ sources }) =>
        () =>
          BigInt(sources.clockStepUs * NS_PER_US),
    ),
    'subscribe-instant': answers(({ sources }, { handles }) => (instant: bigint) => {
      return handles.open(Pollable.at(sources, microseconds(instant)));
    }),
    'subscribe-duration': answers(({ sources }, { handles }) => (duration: bigint) => {
      const dueUs = sources.monotonicUs() + microseconds(duration);
      return handles.open(Pollable.at(sources, dueUs));
    }),
  },
};

export const WALL_CLOCK: WasiInterface = {
  name: 'wasi:clocks/wall-clock',
  resources: [],
  functions: {
    now: answers(({ sources }, { memory }) => (out: number) => {
      memory.enter();
      const at = memory.at(out, 16, 8);
      const ms = sources.wallMs();
      memory.view.setBigUint64(at, BigInt(Math.floor(ms / 1_000)), true);
      memory.view.setUint32(at + 8, Math.floor(ms % 1_000) * WALL_STEP_NS, true);
    }),
    resolution: answers((_, { memory }) => (out: number) => {
      memory.enter();
      const at = memory.at(out, 16, 8);
      memory.view.setBigUint64(at, 0n, true);
      memory.view.setUint32(at + 8, WALL_STEP_NS, true);
    }),
  },
};

/** Rounded up: nothing is ready before its time. */
function microseconds(ns: bigint): number {
  return Math.ceil(Number(BigInt.asUintN(64, ns)) / NS_PER_US);
}
