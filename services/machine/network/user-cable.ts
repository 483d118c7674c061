import type { Duplex } from 'node:stream';
import type { Card } from './card.ts';
import { framed, FrameReader } from './frame-stream.ts';

/** What waits for a network that does not read. */
const MAX_WAITING_BYTES = 256 << 10;

/** Joins a card and a network for users. What the machine cannot take yet waits there: its connections become slower, and lose nothing. */
export function joinUserNetwork(card: Card, network: Duplex): void {
  card.onFrame = (frame) => {
    if (network.writableLength <= MAX_WAITING_BYTES) network.write(framed(frame));
  };
  let more = true;
  const reader = new FrameReader((frame) => {
    more = card.take(frame) && more;
  });
  network.on('data', (bytes: Uint8Array) => {
    more = true;
    if (!reader.push(bytes)) network.destroy();
    if (more) return;
    network.pause();
    card.onceReady(() => network.resume());
  });
}
