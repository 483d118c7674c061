import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Register, Registers, Swapped } from '#kernel/registers.ts';
import type { NodeConfig } from '#node/config.ts';
import { processSettings } from '#node/process-settings.ts';

const ENTRY = fileURLToPath(new URL('witness-process.ts', import.meta.url));

/** What a test tells the process of a node. */
export type ToWitness =
  | { readonly config: NodeConfig; readonly testimony: string }
  | {
      readonly id: number;
      readonly key: string;
      /** Undefined: it is only read. The value is in base64. */
      readonly swap: { readonly expected: number; readonly value: string } | undefined;
    };

/** What the process of a node tells the test. */
export type FromWitness =
  | ({ readonly kind: 'started' } & Started)
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string }
  | {
      readonly kind: 'register';
      readonly id: number;
      readonly version: number;
      readonly value: string | undefined;
      readonly written: boolean;
    }
  | { readonly kind: 'unreachable'; readonly id: number; readonly why: string };

export interface Started {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly socket: string;
}

/** A line of the file in which a node says what its vTasks do; times are of `monotonicMs`. */
export interface Testimony {
  readonly at: number;
  readonly vtid: string;
  readonly text?: string;
  readonly name?: string;
  /** Whether the node's lease held when it heard of it. */
  readonly counts?: boolean;
  /** The tag of the reason, of one that has ended. */
  readonly ended?: string;
}

export interface WitnessInit {
  readonly config: NodeConfig;
  /** The command that runs another one where the node is to be: in its network. */
  readonly within: readonly string[];
  readonly testimony: string;
  /** What its log is added to. */
  readonly log: string;
  readonly onStarted: (started: Started) => void;
  /** Told once: why it did not start, or how it ended. */
  readonly onEnd: (how: string, code: string | undefined) => void;
}

/** The process of one node, seen from the test. */
export class WitnessProcess implements Registers {
  readonly pid: number;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, PromiseWithResolvers<Swapped>>();
  #lastId = 0;

  constructor({ config, within, testimony, log, onStarted, onEnd }: WitnessInit) {
    const settings = processSettings(config.cacheDir);
    const [program, ...args] = [...within, process.execPath, ...settings.execArgv, ENTRY];
    const output = openSync(log, 'a');
    const child = spawn(program, args, {
      stdio: ['ignore', output, output, 'ipc'],
      env: { ...process.env, ...settings.env },
    });
    closeSync(output);
    this.#child = child;
    this.pid = child.pid!;
    let failure: { readonly why: string; readonly code: string | undefined } | undefined;
    child.on('message', (message: FromWitness) => {
      if (message.kind === 'started') onStarted(message);
      else if (message.kind === 'failed') failure = { why: message.message, code: message.code };
      else this.#answered(message);
    });
    this.ended = new Promise((resolve) => {
      child.once('exit', (status, signal) => {
        for (const { reject } of this.#asked.values()) reject(new Error('the node has ended'));
        this.#asked.clear();
        onEnd(failure?.why ?? `it ended with ${signal ?? `status ${status}`}`, failure?.code);
        resolve();
      });
    });
    child.send({ config, testimony } satisfies ToWitness, () => {}); // it may have ended already
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  read(key: string): Promise<Register> {
    return this.#ask(key, undefined);
  }

  swap(key: string, expected: number, value: Uint8Array): Promise<Swapped> {
    return this.#ask(key, { expected, value: Buffer.from(value).toString('base64') });
  }

  #ask(key: string, swap: { expected: number; value: string } | undefined): Promise<Swapped> {
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<Swapped>();
    this.#asked.set(id, answer);
    this.#child.send({ id, key, swap } satisfies ToWitness, (error) => {
      if (error) answer.reject(error);
    });
    return answer.promise;
  }

  #answered(message: Extract<FromWitness, { id: number }>): void {
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.kind === 'unreachable') asked?.reject(new Error(message.why));
    else {
      const { version, value, written } = message;
      asked?.resolve({
        version,
        written,
        value: value === undefined ? undefined : fromBase64(value),
      });
    }
  }
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
