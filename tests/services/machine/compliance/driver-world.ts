import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGroups, type OpenedGroups } from '#kernel/cgroup/node-groups.ts';
import { systemClock } from '#kernel/system-clock.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { HypervisorCalls } from '#posiv-wit/generated/machine.ts';
import { MachineDriver } from '#services/machine/driver/machine-driver.ts';
import { quiet } from '#tests/support/quiet.ts';
import { Consoles } from '../support/consoles.ts';
import { driverComponents } from '../support/driver-components.ts';
import { MemoryBlobs } from '../support/memory-blobs.ts';

/** A machine as its agent sees it. */
export interface Seat {
  readonly vtid: string;
  readonly calls: HypervisorCalls;
  /** How it has ended by itself; waits for that. */
  readonly ended: Promise<ExitReason>;
  /** What its console has said so far. */
  said(): string;
  /** Types words, and waits until the console has said a text after that. @returns what it said @throws the machine ends before */
  talk(words: string, until: string): Promise<string>;
  /** What its shell says to some words, once they have been carried out; the sum at the end is written by it alone, not by what echoes the words. */
  says(words: string): Promise<string>;
  /** Waits until what its console has said in all is as wanted. @throws the machine ends before */
  until(isSo: (said: string) => boolean): Promise<void>;
  /** Its agent goes. */
  leave(): void;
}

/** A driver of this machine, with agents that are played and blobs in memory. */
export class DriverWorld implements AsyncDisposable {
  readonly blobs: MemoryBlobs;
  readonly #consoles: Consoles;
  readonly #driver: MachineDriver;
  readonly #cgroups: OpenedGroups;
  readonly #folder: string;
  #seats = 0;

  private constructor(
    driver: MachineDriver,
    cgroups: OpenedGroups,
    blobs: MemoryBlobs,
    consoles: Consoles,
    folder: string,
  ) {
    this.#driver = driver;
    this.#cgroups = cgroups;
    this.blobs = blobs;
    this.#consoles = consoles;
    this.#folder = folder;
  }

  /** @param cacheDir where started templates are kept from run to run */
  static async open(cacheDir: string, few?: number): Promise<DriverWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
    const consoles = new Consoles();
    const blobs = new MemoryBlobs();
    const path = process.env['PATH'] ?? '';
    const cgroups = await openGroups({ clock: systemClock, logger: quiet }, { path });
    const { groups } = cgroups;
    const driver = await MachineDriver.open(
      driverComponents({ agents: consoles.agents, blobs: () => blobs.calls, groups }),
      { folder: join(folder, 'machines'), cacheDir, path, few },
    );
    return new DriverWorld(driver, cgroups, blobs, consoles, folder);
  }

  get driver(): MachineDriver {
    return this.#driver;
  }

  seat(tenant = 'default'): Seat {
    const vtid = `agent-${(this.#seats += 1)}`;
    const console = this.#consoles.of(vtid);
    const calls = this.#driver.callsFor({ vtid, creator: undefined, tenant });
    const talk = async (words: string, until: string): Promise<string> => {
      const from = console.text.length;
      const typed = await calls.writeConsole(Buffer.from(words));
      if (!typed.ok) throw new Error(JSON.stringify(typed.error));
      await console.until((said) => said.includes(until, from));
      return console.text.slice(from);
    };
    return {
      vtid,
      calls,
      ended: console.ended,
      said: () => console.text,
      talk,
      says: (words) => talk(`${words}; echo said-$((40+2))\n`, 'said-42'),
      until: (isSo) => console.until(isSo),
      leave: () => {
        this.#driver.agentEnded(vtid);
        console.gone('its agent has gone');
      },
    };
  }

  /** What of machines there is on the disk, beside what they boot from. */
  async left(): Promise<string[]> {
    const found = await readdir(join(this.#folder, 'machines'));
    return found.filter((name) => name.startsWith('machine-'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver[Symbol.asyncDispose]();
    await this.#cgroups[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Those that this test file has started, and those below, whose command line is like this. */
export async function processesLike(commandLine: RegExp): Promise<number[]> {
  const found = await Promise.all(
    (await descendants()).map(async (pid) => {
      const text = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      return commandLine.test(text) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** The processes that this test file has started, which has a thread of its own, and all that those have. */
export async function descendants(): Promise<number[]> {
  // Read at once: what is read in the background is read by another thread.
  const own = pidsIn(readFileSync('/proc/thread-self/children', 'utf8'));
  return [...own, ...(await Promise.all(own.map(below))).flat()];
}

async function below(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(
    threads.map((each) => readFile(`/proc/${pid}/task/${each}/children`, 'utf8').catch(() => '')),
  );
  const children = texts.flatMap(pidsIn);
  return [...children, ...(await Promise.all(children.map(below))).flat()];
}

function pidsIn(text: string): number[] {
  return text.split(' ').filter(Boolean).map(Number);
}
