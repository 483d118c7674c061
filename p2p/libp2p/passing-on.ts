import { closeGently } from './close-gently.ts';
import type { StreamLeg } from './libp2p-legs.ts';

/** Passes on what comes on either leg to the other, as fast as that one takes it, until one of them ends: then both do. */
export function passOn(one: StreamLeg, other: StreamLeg, onEnd: () => void): void {
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const { stream, connection } of [one, other]) void closeGently(stream, connection);
    onEnd();
  };
  half(one, other, end);
  half(other, one, end);
}

function half({ stream: from }: StreamLeg, { stream: to }: StreamLeg, end: () => void): void {
  const whileOpen = (act: () => void): void => {
    try {
      act();
    } catch {
      end(); // one of both closes: what that means for the circuit is the same for each
    }
  };
  to.addEventListener('drain', () => {
    if (from.readStatus === 'paused') whileOpen(() => from.resume());
  });
  from.addEventListener('end', end); // once all that came was passed on
  from.addEventListener('close', end);
  from.addEventListener('message', ({ data }) =>
    whileOpen(() => {
      if (!to.send(data)) from.pause();
    }),
  );
  if (from.status !== 'open') end();
}
