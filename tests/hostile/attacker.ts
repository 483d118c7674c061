import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import type { Tenant, TenantQuota } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode, ExitReason, Options } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';
import { upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { NotContainedError } from './scenario.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

export interface AttackerInit {
  /** A session of the hostile tenant. */
  readonly client: PosivClient;
  /** Milliseconds that guests which must be killed are let loose for, so that their neighbours are heard. */
  readonly rageMs: number;
  /** A vTask of the same tenant, in the same lane. */
  readonly neighbour: string;
  /** A vTask of another tenant. */
  readonly stranger: string;
  /** Makes another hostile tenant, which has this quota and a cell of its own, and goes with this attacker. */
  readonly recruit: (quota: Partial<TenantQuota>) => Promise<Attacker>;
  /** What its node says of its tenant. */
  readonly tenant: () => Promise<Tenant>;
  /** Called before the node hears of its first image: what was done until then, to make it, was the suite's work. */
  readonly begins?: (() => Promise<unknown>) | undefined;
}

/** The hand of the hostile tenant: starts its guests, and sees what becomes of them. */
export class Attacker {
  readonly client: PosivClient;
  readonly neighbour: string;
  readonly stranger: string;
  readonly recruit: AttackerInit['recruit'];
  readonly tenant: AttackerInit['tenant'];
  readonly #rageMs: number;
  readonly #ends = new Map<string, ExitReason>();
  #begins: AttackerInit['begins'];

  constructor({ client, rageMs, neighbour, stranger, recruit, tenant, begins }: AttackerInit) {
    this.client = client;
    this.#rageMs = rageMs;
    this.neighbour = neighbour;
    this.stranger = stranger;
    this.recruit = recruit;
    this.tenant = tenant;
    this.#begins = begins;
  }

  /** Stores an image and gives its path. */
  async store(image: Uint8Array): Promise<string> {
    const begins = this.#begins;
    this.#begins = undefined;
    await begins?.();
    const path = `/hostile/${randomBytes(4).toString('hex')}`;
    await upload(this.client, path, image);
    return path;
  }

  /** Makes a vTask of the image, or of the one at that path; a refusal is a result. */
  async make(
    image: Uint8Array | string,
    cmd: readonly string[] = [],
    options: Partial<Options> = {},
  ): Promise<Result<string, ErrorCode>> {
    const path = typeof image === 'string' ? image : await this.store(image);
    return this.client.vtask.new(undefined, path, cmd, { ...DEFAULT_OPTIONS, ...options });
  }

  /** Makes and starts one that nothing refuses. */
  async start(
    image: Uint8Array | string,
    cmd: readonly string[] = [],
    options: Partial<Options> = {},
  ): Promise<string> {
    const vtid = good(await this.make(image, cmd, options));
    await this.sched(vtid);
    return vtid;
  }

  async sched(vtid: string): Promise<void> {
    good(await this.client.monitor.onExit(vtid));
    good(await this.client.monitor.onDie(vtid));
    good(await this.client.vtask.sched(vtid));
  }

  /** Waits until its lane has begun with it: what runs as it starts counts. */
  async begun(vtid: string): Promise<void> {
    for (;;) {
      const { state, reason } = good(await this.client.vtask.info(vtid));
      if (reason) throw new NotContainedError(`it was to go on, and ended: ${textOf(reason)}`);
      if (state === 'starting' || state === 'running') return;
      await pause(1);
    }
  }

  /** Lets what was started do its worst for a while. */
  rage(): Promise<void> {
    return pause(this.#rageMs);
  }

  /** Kills it, and gives the milliseconds until nothing of it had effect any more. */
  async kill(vtid: string): Promise<number> {
    const since = performance.now();
    good(await this.client.vtask.kill(vtid));
    return performance.now() - since;
  }

  async reasonOf(vtid: string): Promise<ExitReason | undefined> {
    return good(await this.client.vtask.info(vtid)).reason;
  }

  /** Microseconds of the processor that it has used. */
  async cpuUs(vtid: string): Promise<number> {
    return good(await this.client.vtask.info(vtid)).cpuUs;
  }

  /** Waits for the end of one that was started here. @throws {not-contained} it still runs */
  async ended(vtid: string, withinMs: number): Promise<ExitReason> {
    for (;;) {
      const known = this.#ends.get(vtid);
      if (known) return known;
      const event = await this.client.ipc.receive(withinMs);
      if (!event.ok) throw new NotContainedError(`it still runs after ${withinMs} ms`);
      if (event.value.tag !== 'notice') continue;
      const { vtid: of, change } = event.value.val;
      if (change.tag === 'exited') this.#ends.set(of, change);
      if (change.tag === 'died') this.#ends.set(of, change.val);
    }
  }

  /** What a vTask has written. */
  async log(vtid: string): Promise<string> {
    const { entries } = good(await this.client.log.read(vtid, 0, 0));
    return entries.map(({ text }) => Buffer.from(text).toString()).join('');
  }
}

/** A reason or an error code as text. */
export function textOf(tagged: { readonly tag: string; readonly val?: string | number }): string {
  const { tag, val } = tagged;
  return val === undefined ? tag : `${tag}: ${val}`;
}
