import type { HostBinding } from '../bind/host-binding.ts';

/** What one write passes on, as the log takes it. */
const MAX_WRITE_BYTES = 64 * 1024;

type Channel = 'output' | 'errors';

/** Where standard output and standard error of one vTask go. A reader that is behind holds both back. */
export class Output {
  readonly #host: Pick<HostBinding, 'write'>;
  #held = false;
  #wake: (() => void) | undefined;

  constructor(host: Pick<HostBinding, 'write'>) {
    this.#host = host;
  }

  /** Bytes that may be written now. */
  get permit(): number {
    return this.#held ? 0 : MAX_WRITE_BYTES;
  }

  /** Passes on what is within the permit. */
  write(channel: Channel, bytes: Uint8Array): void {
    const taken = this.#host.write(channel, bytes);
    if (!(taken instanceof Promise)) return;
    this.#held = true;
    const release = (): void => {
      this.#held = false;
      this.#wake?.();
    };
    taken.then(release, release); // it fails when the vTask ends, and then nobody writes any more
  }

  /** Calls `wake` when there is room again. One at a time waits for that: the vTask does one thing at a time. */
  onRoom(wake: () => void): void {
    this.#wake = wake;
  }
}

export class OutputStream {
  readonly output: Output;
  readonly channel: Channel;

  constructor(output: Output, channel: Channel) {
    this.output = output;
    this.channel = channel;
  }
}
