import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Pings } from './pings.ts';

const PIPE_FD = 3;
const BYTES = 150; // what the request of the cell has, with its answer's on the way back

/** The least that a round trip over an inherited pipe costs: no frames, no lane. */
export class BarePipe implements AsyncDisposable {
  readonly pings: Pings;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const pipe = child.stdio[PIPE_FD] as Socket;
    const payload = Buffer.alloc(BYTES, 'x');
    this.pings = new Pings(
      (count) => void pipe.write(Buffer.concat(Array.from({ length: count }, () => payload))),
    );
    let bytes = 0;
    pipe.on('data', (data: Buffer) => {
      bytes += data.length;
      for (; bytes >= BYTES; bytes -= BYTES) this.pings.answered();
    });
  }

  static start(): BarePipe {
    const file = fileURLToPath(import.meta.url);
    return new BarePipe(
      spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    await exited;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pipe = new Socket({ fd: PIPE_FD });
  pipe.on('data', (data) => pipe.write(data));
}
