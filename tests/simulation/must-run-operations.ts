import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { MustRun } from './checks/must-run.ts';
import type { Operation } from './plan.ts';
import type { Stage, StageClient } from './stage.ts';

const TIMEOUT_MS = 4_000;
const OPTIONS = { ...DEFAULT_OPTIONS, detached: true, restart: 'always' } as const;

type MustRunOperation = Extract<Operation, { kind: 'must-run' }>;

/** Has a durable vTask made, killed or ended, and tells the check what follows from the answer. */
export async function mustRun(
  stage: Stage,
  client: StageClient,
  { name, act }: MustRunOperation,
  image: string,
): Promise<string> {
  const { mustRun: check } = stage;
  if (act === 'start') return noted(check, name, () => start(client, name, image));
  const found = await client.vtask.find(name);
  if (!found.ok) return found.error.tag;
  const vtid = found.value;
  if (act === 'kill') {
    return noted(check, name, async () => {
      const killed = await client.vtask.kill(vtid);
      if (killed.ok) stage.bearers.killed(vtid);
      return killed.ok ? ['ok', 'must-not'] : [killed.error.tag, 'may'];
    });
  }
  const args = new TextEncoder().encode(`${stage.nextId()} ${act} 3`);
  const asked = await client.ipc.rpc(vtid, 'do', TIMEOUT_MS, args);
  return asked.ok ? 'ok' : asked.error.tag;
}

type Outcome = readonly [outcome: string, duty: 'must' | 'must-not' | 'may' | undefined];

async function start(client: StageClient, name: string, image: string): Promise<Outcome> {
  const made = await client.vtask.new(name, image, ['serve'], OPTIONS);
  if (!made.ok) return [made.error.tag, made.error.tag === 'refused' ? undefined : 'may'];
  // It must run from here on: also if it is lost before it is scheduled.
  const started = await client.vtask.sched(made.value);
  return [started.ok ? `${made.value} ok` : started.error.tag, 'must'];
}

async function noted(
  check: MustRun | undefined,
  name: string,
  work: () => Promise<Outcome>,
): Promise<string> {
  check?.begin(name);
  let duty: Outcome[1] = 'may'; // if its node ends meanwhile
  try {
    const [outcome, known] = await work();
    duty = known;
    return outcome;
  } finally {
    check?.end(name, duty);
  }
}
