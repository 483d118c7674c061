// Takes the messages 'note' of many, each of whom counts from 0, and answers 'seen' with how many of the caller's have come,
// or -1 if they came out of order.
import { registerMsg, registerRpc } from 'vstar';

const seen = new Map<string, number>();

registerMsg('note', (count: number, sender) => {
  const expected = seen.get(sender) ?? 0;
  seen.set(sender, count === expected ? count + 1 : -1);
});
registerRpc('seen', (_args, { vtid }) => seen.get(vtid) ?? 0);

export function run(): void {}
