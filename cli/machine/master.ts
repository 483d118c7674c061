import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Move } from '#posiv-wit/generated/machine.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import type { Result } from '#posiv-wit/result.ts';
import { answer } from '../answer.ts';
import { codeOf, MachineRefusedError, NoSuchMachineError } from '../errors.ts';
import { imagePath } from '../images/image-source.ts';
import { buildShipped } from '../images/shipped.ts';

const NAME = 'machine-master';
/** Where the book of machines is; services/machine/guests/book.ts. */
const GROUPS = '/machines/groups/';
const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster', 'posiv:machine'];
/** It watches the agent of each machine by two watches, and has a request out to each with which something is done. */
const QUOTA = { watches: 65_536, requests: 65_536 };
const ANSWER_WITHIN_MS = 30_000;
/** Of processor time, while it did not answer: beside hundreds of machines that run it has some per cent of a processor. One that waits takes less. */
const WORKING_US = 5_000;
/** It is made again within some seconds of the loss of its node. */
const BACK_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 200;
/** What its answer begins with, before the name; services/machine/guests/errors.ts. */
const NO_SUCH = 'no-such-machine: ';
/** What waits for a machine to be made, taken down or restored. */
export const DONE_WITHIN_MS = 300_000;

/** A machine, as its tenant's master knows it; services/machine/README.md has the fields. */
export interface MachineInfo {
  readonly name: string;
  readonly group: string;
  readonly template: string;
  readonly memory: number;
  readonly processors: number;
  readonly disk: number;
  /** What its cards are joined to, `link:NAME` or `user`, and its addresses there. */
  readonly networks: readonly { readonly network: string; readonly address: string }[];
  readonly state: string;
  /** Its agent; null where it has none. */
  readonly vtid: string | null;
  readonly node: string | null;
  readonly createMs: number | null;
  readonly error: string | null;
  /** How it came to its node, where it was moved while it ran. */
  readonly moved?: Move | null;
}

export interface ListOptions {
  /** That of which alone; default: all. */
  readonly group?: string;
  /** In which a master answers that does nothing else; one that is at work is waited for. */
  readonly withinMs?: number;
}

/** Of machines of a group; services/machine/README.md. */
interface Count {
  readonly all: number;
  readonly making: number;
  readonly failed: number;
}

/** Some of them, as the master tells them at once. */
interface Page {
  readonly machines: readonly MachineInfo[];
  /** What the next one is asked for with; null for none. */
  readonly next: unknown;
}

/** The vTask that keeps the tenant's machines, for a program that asks it. */
export class MachineMaster {
  readonly #client: PosivClient;
  readonly #vtid: string;

  private constructor(client: PosivClient, vtid: string) {
    this.#client = client;
    this.#vtid = vtid;
  }

  /** Finds it, or makes it, where there is none or it was lost with its node. */
  static async of(
    client: PosivClient,
    signal: AbortSignal,
    onBuild: (name: string) => void,
  ): Promise<MachineMaster> {
    const found = await whereItStands(client, signal);
    if (found.ok) return new MachineMaster(client, found.value);
    if (found.error.tag !== 'no-such-task') await answer('the master of machines', found);
    const [master = '', agent = ''] = await Promise.all(
      ['machine-master', 'machine-agent'].map(async (name) => {
        const bytes = (await buildShipped(name, { signal, onBuild }))!;
        return imagePath(client, { name, bytes }, signal);
      }),
    );
    const options = {
      ...DEFAULT_OPTIONS,
      detached: true,
      restart: 'always',
      grants: GRANTS,
      quota: { ...DEFAULT_QUOTA, ...QUOTA },
    } as const;
    const made = await client.vtask.new(NAME, master, [agent], options);
    if (!made.ok) {
      // Another program was as fast.
      const again = await client.vtask.find(NAME);
      if (again.ok) return new MachineMaster(client, again.value);
    }
    const vtid = await answer('the master of machines', made);
    await answer('the master of machines', client.vtask.sched(vtid));
    return new MachineMaster(client, vtid);
  }

  /** Whether there is one, or there are machines that one has to look after. */
  static async isWanted(client: PosivClient): Promise<boolean> {
    const found = await client.vtask.find(NAME);
    if (found.ok || found.error.tag !== 'no-such-task') return true;
    const groups = await answer('machines', client.files.list(GROUPS, undefined));
    return groups.length > 0;
  }

  /** @throws {no-such-machine}, {machine-refused} with the master's reason, and codes of POSIV */
  async ask<T>(identity: string, args: unknown, withinMs = ANSWER_WITHIN_MS): Promise<T> {
    const reply = await this.#client.ipc.rpc(this.#vtid, identity, withinMs, encode(args));
    if (!reply.ok && reply.error.tag === 'handler-failed') throw refusalOf(reply.error.val);
    return decode(await answer('the master of machines', reply)) as T;
  }

  /** The id of the node that it runs on. */
  async node(): Promise<string> {
    return (await answer('the master of machines', this.#client.vtask.info(this.#vtid))).node;
  }

  async list({ group, withinMs }: ListOptions = {}): Promise<readonly MachineInfo[]> {
    const all: MachineInfo[] = [];
    for (let from: unknown = null; ;) {
      const asked = { from, group: group ?? null };
      const { machines, next } = await this.#look<Page>('list', asked, withinMs);
      all.push(...machines);
      if (next === null) return all;
      from = next;
    }
  }

  /** @throws {no-such-machine} */
  async find(name: string): Promise<MachineInfo> {
    const { machine } = await this.#look<{ machine: MachineInfo | null }>('find', { name });
    if (machine) return machine;
    throw new NoSuchMachineError(name);
  }

  /** How far the machines of a group are: for who waits, in place of looking at all of them again and again. */
  count(group: string): Promise<Count> {
    return this.#look('count', { group });
  }

  /** How many that were removed are being ended. */
  async leaving(): Promise<number> {
    return (await this.#look<{ count: number }>('leaving', {})).count;
  }

  /** Asks what changes nothing: while the master does not answer and is at work it is asked again. */
  async #look<T>(identity: string, args: unknown, withinMs?: number): Promise<T> {
    for (;;) {
      const before = this.#cpuUs();
      before.catch(() => {}); // it is of interest where there is no answer
      try {
        return await this.ask<T>(identity, args, withinMs);
      } catch (error) {
        if (codeOf(error) !== 'timeout') throw error;
        if ((await this.#cpuUs()) - (await before) < WORKING_US) throw error;
      }
    }
  }

  /** Of processor time, what it has had. */
  async #cpuUs(): Promise<number> {
    return (await answer('the master of machines', this.#client.vtask.info(this.#vtid))).cpuUs;
  }
}

/** Why the master says no, by what it says. */
export function refusalOf(why: string): NoSuchMachineError | MachineRefusedError {
  if (why.startsWith(NO_SUCH)) return new NoSuchMachineError(why.slice(NO_SUCH.length));
  return new MachineRefusedError(why);
}

/** Its vtid; while it is being made again, or nobody can say, it is waited for. */
async function whereItStands(
  { vtask }: PosivClient,
  signal: AbortSignal,
): Promise<Result<string, ErrorCode>> {
  const until = performance.now() + BACK_WITHIN_MS;
  for (;;) {
    const found = await vtask.find(NAME);
    const mayPass = !found.ok && found.error.tag === 'unreachable';
    if (!mayPass || performance.now() > until) return found;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
