// Answers 'echo' with what it got, 'fail' with an error, 'later' once a message 'go' has come, 'never' not at all, and
// traps on 'die'. A message 'go' of 'exit' ends it with status 7.
import { exit, LATER, registerMsg, registerRpc, reply } from 'vstar';

const open: number[] = [];

registerRpc('echo', (args) => args);
registerRpc('fail', () => {
  throw new Error('on purpose');
});
registerRpc('later', (_args, { token }) => {
  open.push(token);
  return LATER;
});
registerRpc('never', () => LATER);
registerRpc('die', () => Date.now()); // a vTask has no such clock: it traps
registerMsg('go', (body) => {
  if (body === 'exit') exit(7);
  for (const token of open.splice(0)) reply(token, body);
});

export function run(): void {}
