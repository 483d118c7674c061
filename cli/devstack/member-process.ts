import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { NodeConfig } from '#node/config.ts';
import { processSettings } from '#node/process-settings.ts';
import { NodeNotStartedError } from '../errors.ts';
import { cacheDir } from '../folders.ts';
import type { FromMember, ToMember } from './messages.ts';

const STOP_WITHIN_MS = 5_000;
const MEMBER = fileURLToPath(new URL('./member.ts', import.meta.url));

export type Ready = Extract<FromMember, { kind: 'ready' }>;

/** A node of a devstack, seen from the devstack. */
export class MemberProcess {
  readonly name: string;
  readonly pid: number;
  /** How it ended. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(name: string, log: string, child: ChildProcess) {
    this.name = name;
    this.#log = log;
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
  }

  /**
   * Begins a process, which loads its code and waits to be told what to be.
   * @param code see `loadNode`
   * @param log the file that its log is added to
   */
  static async spawn(code: string, name: string, log: string): Promise<MemberProcess> {
    await using file = await open(log, 'a');
    const settings = processSettings(cacheDir());
    const child = fork(MEMBER, [code], {
      // In a session of its own: a terminal's Ctrl-C is for the devstack, which then ends its nodes in order.
      detached: true,
      stdio: ['ignore', file.fd, file.fd, 'ipc'],
      execArgv: [...settings.execArgv],
      env: { ...process.env, ...settings.env },
    });
    return new MemberProcess(name, log, child);
  }

  /** Makes it a node. @throws {node-not-started} */
  async start(config: NodeConfig, signal: AbortSignal): Promise<Ready> {
    const told = once(this.#child, 'message', { signal }) as Promise<[FromMember]>;
    told.catch(() => {}); // it may be that it ends first
    if (this.#child.connected) this.#child.send({ config } satisfies ToMember, () => {});
    const ended = this.exited.then(async (how): Promise<FromMember> => {
      const log = await readFile(this.#log, 'utf8').catch(() => '');
      return { kind: 'failed', code: undefined, message: `it ended with ${how}\n${log}`.trim() };
    });
    const message = await Promise.race([told.then(([first]) => first), ended]);
    if (message.kind === 'ready') return message;
    const code = message.code === undefined ? '' : ` [${message.code}]`;
    throw new NodeNotStartedError(this.name, `${message.message}${code}`);
  }

  /** Ends it as a crash of its machine would. */
  async crash(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** Ends it: in order, or by force where that takes too long. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.exited;
    clearTimeout(force);
  }
}
