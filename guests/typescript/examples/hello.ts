// Says hello to each name it is given, and exits 0.
import { print, self } from 'vstar';

export function run(names: string[]): void {
  for (const name of names.length > 0 ? names : ['world']) print(`hello, ${name}`);
  print(`from ${self()}`);
}
