import type { MachineState } from '#posiv-wit/generated/machine.ts';
import { MachineFault } from '../errors.ts';
import type { Qmp } from './qmp.ts';

/** The processor of a machine, which runs or is paused. */
export class Processor {
  readonly #qmp: () => Pick<Qmp, 'execute'>;
  readonly #changed: (state: MachineState) => void;
  #state: MachineState = 'paused';

  /**
   * @param qmp of its process, which is asked for each time: there is none while the machine is being made
   * @param changed told of each change
   */
  constructor(qmp: () => Pick<Qmp, 'execute'>, changed: (state: MachineState) => void = () => {}) {
    this.#qmp = qmp;
    this.#changed = changed;
  }

  get state(): MachineState {
    return this.#state;
  }

  /** @throws {refused} {failed} */
  async pause(): Promise<void> {
    if (this.#state === 'paused')
      throw new MachineFault('refused', 'the machine is paused already');
    await this.halt();
  }

  /** @throws {refused} {failed} */
  async resume(): Promise<void> {
    if (this.#state === 'running')
      throw new MachineFault('refused', 'the machine is running already');
    await this.go();
  }

  async go(): Promise<void> {
    await this.#qmp().execute('cont');
    this.#is('running');
  }

  async halt(): Promise<void> {
    await this.#qmp().execute('stop');
    this.#is('paused');
  }

  /** After it was written, as it was before that: QEMU writes none again that has not gone on since. */
  async goOn(before = this.#state): Promise<void> {
    await Promise.all([this.go(), ...(before === 'paused' ? [this.halt()] : [])]);
  }

  #is(state: MachineState): void {
    this.#state = state;
    this.#changed(state);
  }
}
