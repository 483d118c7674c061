import type { Fault } from './plan.ts';
import type { World } from './world/world.ts';

/** Does something bad to a world, and takes it back after its time. */
export function strike(world: World, fault: Fault): void {
  const { machines, network, timeline } = world;
  world.note(`fault ${JSON.stringify(fault)}`);
  const later = (ms: number, undo: () => void): void => void timeline.after(ms, undo);
  switch (fault.kind) {
    case 'kill':
    case 'power-off': {
      const machine = machines[fault.machine]!;
      if (fault.kind === 'kill') machine.kill();
      else machine.powerOff();
      later(fault.ms, () => machine.start());
      break;
    }
    case 'stop': {
      const { process } = machines[fault.machine]!;
      process?.stop();
      later(fault.ms, () => process?.resume());
      break;
    }
    case 'cut': {
      const ways = fault.from.flatMap((from) =>
        fault.to.flatMap((to) =>
          fault.both ? [[from, to] as const, [to, from] as const] : [[from, to] as const],
        ),
      );
      const named = ways.map(([from, to]) => [machines[from]!.name, machines[to]!.name] as const);
      for (const [from, to] of named) network.cut(from, to);
      later(fault.ms, () => {
        for (const [from, to] of named) network.mend(from, to);
      });
      break;
    }
    case 'break':
      network.breakBetween(machines[fault.one]!.name, machines[fault.other]!.name);
      break;
    case 'slow-disk': {
      const { disk } = machines[fault.machine]!;
      disk.slowMs = fault.slowMs;
      later(fault.ms, () => disk.recover());
      break;
    }
    case 'full-disk': {
      const machine = machines[fault.machine]!;
      machine.setRoom(fault.room);
      later(fault.ms, () => machine.setRoom(Infinity));
      break;
    }
    case 'slow-network':
      network.slowMs = fault.slowMs;
      later(fault.ms, () => network.recover());
      break;
    case 'lose-lane':
      machines[fault.machine]!.node?.lanes.lose(fault.pick);
  }
}

/** All is well again: nothing is cut, slow, full, stopped or down. */
export function calm(world: World): void {
  world.network.mendAll();
  world.network.recover();
  for (const machine of world.machines) {
    machine.setRoom(Infinity);
    machine.disk.recover();
    machine.process?.resume();
    machine.start();
  }
}
