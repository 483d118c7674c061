import type { PosivClient } from '#node/control/client.ts';
import type { ExitReason, Options, Restart } from '#posiv-wit/generated/kernel.ts';
import { answer, describeEnd } from './answer.ts';
import { ALWAYS_GRANTED } from './always-granted.ts';
import type { NodeChoice } from './control-target.ts';
import { codeOf, UsageError, VTaskDiedError } from './errors.ts';
import { EXIT } from './exit-status.ts';
import { logEntries, passOn } from './follow-log.ts';
import { imagePath, imageSource } from './images/image-source.ts';
import { report } from './report.ts';
import { withSession } from './session.ts';
import { DEFAULT_QUOTA, PAGE_BYTES } from '#posiv-wit/quota.ts';

const MAX_STATUS = 255; // a process has no more bits for it

export interface RunOptions extends NodeChoice {
  readonly name?: string;
  readonly detach?: boolean;
  readonly node?: string;
  readonly grant?: readonly string[];
  readonly env?: readonly string[];
  readonly memory?: number;
  readonly restart?: Restart;
}

/** `vstar run`. @returns the status to end with: that of the program, or what says why there is none */
export async function runImage(
  image: string,
  args: readonly string[],
  options: RunOptions,
): Promise<number> {
  let isStarted = false;
  try {
    const vtaskOptions = optionsOf(options);
    return await withSession(options, async (client, signal) => {
      const path = await imagePath(
        client,
        await imageSource(image, { signal, onBuild: tellOfBuild }),
        signal,
      );
      const vtid = await answer(
        `${image} was not started`,
        client.vtask.new(options.name, path, [...args], vtaskOptions),
      );
      // Its first words are asked for before it can speak: from then on nothing is dropped.
      const entries = logEntries(client, vtid, { follow: true, signal });
      let next = options.detach ? undefined : entries.next();
      next?.catch(() => {}); // it is waited for below
      await answer(`${image} was not started`, client.vtask.sched(vtid));
      isStarted = true;
      if (!next) {
        process.stdout.write(`${vtid}\n`);
        return 0;
      }
      for (let entry = await next; !entry.done; entry = await next) {
        await passOn(entry.value);
        next = entries.next();
      }
      return statusOf(image, await endOf(client, vtid));
    });
  } catch (error) {
    const status = report(error);
    return isStarted || codeOf(error) === 'interrupted' ? status : EXIT.notStarted;
  }
}

function tellOfBuild(name: string): void {
  process.stderr.write(`vstar: building ${name}, once\n`);
}

async function endOf(client: PosivClient, vtid: string): Promise<ExitReason> {
  const { reason } = await answer(vtid, client.vtask.info(vtid));
  return reason ?? { tag: 'lane-lost', val: 'it ended without a reason' };
}

/** @throws {task-died} */
function statusOf(image: string, reason: ExitReason): number {
  if (reason.tag === 'exited') return Math.min(reason.val, MAX_STATUS);
  throw new VTaskDiedError(image, describeEnd(reason), reason.tag === 'killed');
}

function optionsOf({
  name,
  detach = false,
  node,
  grant,
  env = [],
  memory = 0,
  restart = 'never',
}: RunOptions): Options {
  if (restart !== 'never' && !(name && detach))
    throw new UsageError(
      `--restart ${restart} needs --name and --detach: who waits, waits for one end`,
    );
  return {
    detached: detach,
    node,
    near: [],
    grants: grant && [ALWAYS_GRANTED, ...grant],
    quota: { ...DEFAULT_QUOTA, memoryPages: Math.ceil(memory / PAGE_BYTES) },
    environment: env.map(variableOf),
    restart,
  };
}

function variableOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--env is ${JSON.stringify(text)}; give KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}
