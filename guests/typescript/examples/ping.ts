// Ping-pong: makes a pong, on another node if one is named, and sends it pings.
//
//   ping PONG-IMAGE [ROUNDS] [NODE]
import { now, print, rpc, vtaskKill, vtaskNew, vtaskSched } from 'vstar';

const WAIT_MS = 10_000; // for one answer; the first waits for the pong's start

export function run([image = '/images/pong', rounds = '1000', node]: string[]): void {
  const pong = vtaskNew(undefined, image, [], { node });
  vtaskSched(pong);
  rpc(pong, 'ping', WAIT_MS, 'are you there?');

  const count = Number(rounds);
  const start = now();
  for (let round = 0; round < count; round++) {
    const answer: number = rpc(pong, 'ping', WAIT_MS, round);
    if (answer !== round) throw new Error(`sent ${round}, got ${answer}`);
  }
  const ms = now() - start;

  print(`${count} round trips in ${ms} ms, ${((ms * 1_000) / count).toFixed(1)} us each`);
  vtaskKill(pong);
}
