// Says that it runs, then never comes back.
import { registerRpc } from 'vstar';

registerRpc('spin', () => {
  for (;;);
});

export function run(): void {}
