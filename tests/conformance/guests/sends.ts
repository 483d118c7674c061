// Told to 'send' so many, sends them to a vTask of guests/counts.ts, and asks now and then whether all have come in order.
import { msg, registerRpc, rpc } from 'vstar';

const ASKS_EVERY = 17;
const WAIT_MS = 60_000;

registerRpc('send', ({ target, count }: { target: string; count: number }) => {
  for (let sent = 0; sent < count; sent += 1) {
    msg(target, 'note', sent, WAIT_MS);
    if (sent % ASKS_EVERY !== 0) continue;
    const seen: number = rpc(target, 'seen', WAIT_MS);
    if (seen !== sent + 1) return `${seen} after ${sent + 1}`;
  }
  return 'in order';
});

export function run(): void {}
