import { print, registerRpc, self } from 'vstar';

// Others call this with rpc(vtid, 'greet', timeout, { name }).
registerRpc('greet', ({ name }) => `hello, ${name}`);

export function run(cmd: string[]): void {
  print(`${self()} started with`, cmd);
  // A vTask with a registered identity lives on and answers. Call exit(0) to end instead.
}
