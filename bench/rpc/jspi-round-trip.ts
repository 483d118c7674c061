import { buildCGuest } from '#wasm-abi/build/c.ts';
import { promising, suspending } from '#wasm-abi/bind/jspi.ts';
import { cacheDir } from '#cli/folders.ts';
import { percentile } from '../report/statistics.ts';
import type { RpcFigures, RpcLoad } from './figures.ts';
import { source } from './guests.ts';

/** Two instances in this thread that call each other over nothing but suspended stacks. */
export class JspiRoundTrip {
  readonly #call: (rounds: number) => Promise<unknown>;

  private constructor(call: (rounds: number) => Promise<unknown>) {
    this.#call = call;
  }

  static async start(): Promise<JspiRoundTrip> {
    const image = await buildCGuest(
      {
        sources: [source('jspi.c')],
        world: 'posiv:kernel/program-task@0.1.0',
        output: 'core',
      },
      { cacheDir: cacheDir() },
    );
    const module = await WebAssembly.compile(image as BufferSource);
    let received: (value: number) => void;
    let answered: (value: number) => void;
    const host = {
      call: suspending(
        (value: number) =>
          new Promise<number>((resolve) => {
            answered = resolve;
            received(value);
          }),
      ),
      receive: suspending(
        () =>
          new Promise<number>((resolve) => {
            received = resolve;
          }),
      ),
      reply: (value: number) => answered(value),
    };
    const instances = [1, 2].map(() => new WebAssembly.Instance(module, { host }));
    const [echo, caller] = instances.map(({ exports }) => exports);
    void promising(echo!['echo'])();
    return new JspiRoundTrip(promising(caller!['caller']));
  }

  async measure({ warmup, samples, batch, requests }: RpcLoad): Promise<RpcFigures> {
    await this.#call(warmup);
    const us: number[] = [];
    for (let i = 0; i < samples; i++) {
      const start = performance.now();
      await this.#call(batch);
      us.push(((performance.now() - start) * 1_000) / batch);
    }
    const start = performance.now();
    await this.#call(requests);
    const rate = (requests * 1_000) / (performance.now() - start);
    return { p50: percentile(us, 0.5), p99: percentile(us, 0.99), messages: rate, requests: rate };
  }
}
