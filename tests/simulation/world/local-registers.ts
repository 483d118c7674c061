import type { Registers } from '#kernel/registers.ts';
import type { Lives } from '../checks/lives.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** The registers of a node as what is in its process uses them: it does nothing while that is stopped. */
export function localRegisters(node: SimulatedNode, lives: Lives): Registers {
  const { registers, network, process } = node;
  const { self } = network;
  const incarnation = network.members().find(({ id }) => id === self)!.incarnation;
  const running = (): Promise<void> => new Promise((resolve) => process.main.later(0, resolve));
  return {
    async read(key) {
      await running();
      return registers.read(key);
    },
    async swap(key, expected, value) {
      await running();
      const over = lives.isOver(self, incarnation);
      const swapped = await registers.swap(key, expected, value);
      if (swapped.written) lives.changed(self, incarnation, key, over);
      return swapped;
    },
  };
}
