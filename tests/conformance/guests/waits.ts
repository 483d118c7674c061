// Waits for ever, for somebody to end it.
import { NEVER, receive } from 'vstar';

export function run(): void {
  receive(NEVER);
}
