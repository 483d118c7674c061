import type { Clock, Logger } from '../../environment.ts';
import { describe } from '../../errors.ts';
import { EtcdRefusedError } from '../errors.ts';
import type { HttpAnswer, HttpPost } from './http-post.ts';

const FIRST_PAUSE_MS = 20; // when no server has answered, before all are asked again
const MAX_PAUSE_MS = 500;
const LEAST_TRY_MS = 250; // a server that syncs a disk is no dead one

export interface GatewayComponents {
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly post: HttpPost;
}

export interface GatewayInit {
  /** URLs of members of one etcd cluster, such as `http://127.0.0.1:2379`; the one that answers is asked on. */
  readonly endpoints: readonly string[];
  /** Where etcd has users. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

/**
 * The JSON gateway of an etcd cluster (etcd 3.4 and later, `/v3/`). Every request names by itself what it rests on, so one
 * whose answer was lost is sent again, to the next server.
 */
export class EtcdGateway {
  readonly #components: GatewayComponents;
  readonly #init: GatewayInit;
  #at = 0;
  #token: string | undefined;
  #silent = false;

  constructor(components: GatewayComponents, init: GatewayInit) {
    this.#components = components;
    this.#init = init;
  }

  /** For people: who is asked. */
  get name(): string {
    return this.#init.endpoints.join(',');
  }

  /**
   * What etcd answers to a request; undefined if no server has in time: it may have been carried out.
   * @throws {etcd-refused} it was understood and refused
   */
  async ask(path: string, request: unknown, deadline: number): Promise<unknown> {
    const body = JSON.stringify(request);
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1, signedIn = false; ; tries += 1) {
      if (this.#left(deadline) <= 0) return undefined;
      const answer = await this.#once(path, body, deadline);
      if (answer?.status === 200) {
        const parsed = parse(answer.text);
        if (parsed !== undefined) {
          this.#hears();
          return parsed;
        }
      }
      const refusal = refusalOf(answer);
      if (refusal !== undefined) {
        // A token ends after some minutes, and whenever users are changed.
        if (this.#init.user === undefined || signedIn)
          throw new EtcdRefusedError(this.name, refusal);
        signedIn = true;
        this.#token = undefined;
        continue;
      }
      this.#at = (this.#at + 1) % this.#init.endpoints.length;
      if (tries % this.#init.endpoints.length !== 0) continue;
      if (this.#left(deadline) <= 0) return undefined;
      await this.#pause(Math.min(pauseMs, this.#left(deadline)));
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  }

  /** One server, once. Undefined if it did not answer. */
  async #once(path: string, body: string, deadline: number): Promise<HttpAnswer | undefined> {
    const { user } = this.#init;
    if (user === undefined) return this.#post(path, body, {}, deadline);
    if (this.#token === undefined) {
      const request = JSON.stringify({ name: user.name, password: user.password });
      const answer = await this.#post('/v3/auth/authenticate', request, {}, deadline);
      if (answer?.status !== 200) return answer;
      this.#token = (parse(answer.text) as { token?: string } | undefined)?.token ?? '';
    }
    return this.#post(path, body, { authorization: this.#token }, deadline);
  }

  async #post(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    deadline: number,
  ): Promise<HttpAnswer | undefined> {
    const { clock, post } = this.#components;
    const { endpoints } = this.#init;
    const left = this.#left(deadline);
    // One that hangs must not take the time of those that would answer.
    const ms = Math.min(left, Math.max(LEAST_TRY_MS, left / endpoints.length));
    const late = new AbortController();
    const cancel = clock.after(ms, () =>
      late.abort(new Error(`no answer in ${Math.round(ms)} ms`)),
    );
    const endpoint = endpoints[this.#at]!;
    try {
      return await post(endpoint + path, body, headers, late.signal);
    } catch (error) {
      const reason = late.signal.aborted ? (late.signal.reason as Error).message : describe(error);
      this.#misses(endpoint, reason);
      return undefined;
    } finally {
      cancel();
    }
  }

  #misses(endpoint: string, reason: string): void {
    if (this.#silent) return;
    this.#silent = true;
    this.#components.logger.warn('etcd does not answer', { endpoint, reason });
  }

  #hears(): void {
    if (!this.#silent) return;
    this.#silent = false;
    this.#components.logger.info('etcd answers', { endpoint: this.#init.endpoints[this.#at] });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#components.clock.after(ms, resolve);
    });
  }

  #left(deadline: number): number {
    return deadline - this.#components.clock.now();
  }
}

/** Why etcd will not do it, whoever is asked and however often; undefined where another try may go better. */
function refusalOf(answer: HttpAnswer | undefined): string | undefined {
  if (answer === undefined || answer.status < 400 || answer.status > 404) return undefined;
  const { error, message } = (parse(answer.text) ?? {}) as { error?: string; message?: string };
  return message ?? error ?? `HTTP ${answer.status}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
