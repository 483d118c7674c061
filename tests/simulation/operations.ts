import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import { mustRun } from './must-run-operations.ts';
import type { Operation } from './plan.ts';
import { useRegister } from './register-operations.ts';
import { usePath } from './path-operations.ts';
import type { Stage, StageClient } from './stage.ts';

/** Where the image of the guests is. */
export const CITIZEN = '/guests/citizen';

const TIMEOUT_MS = 4_000;
const NEVER_MS = 0xffff_ffff;
const WORK_STEPS = 3_000;
const LONG_WORK_STEPS = 60_000; // so that things go wrong while somebody waits for it
const RECENT = 24; // vTasks that operations choose among: the last ones made, so that most of them live

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encode = (text: string): Uint8Array => encoder.encode(text);

/** Has the program outside that is on a machine do something, and tells the checks what came of it. */
export async function carryOut(stage: Stage, machine: number, operation: Operation): Promise<void> {
  const client = stage.client(machine);
  if (!client) return;
  const outcome = await run(stage, machine, client, operation);
  stage.note(`${client.vtid} ${JSON.stringify(operation)}: ${outcome}`);
}

function run(
  stage: Stage,
  machine: number,
  client: StageClient,
  operation: Operation,
): Promise<string> {
  switch (operation.kind) {
    case 'spawn':
      return spawn(stage, client, operation);
    case 'kill-vtask':
      return kill(stage, client, chosen(stage, operation.target));
    case 'watch':
      return watch(stage, client, chosen(stage, operation.target));
    case 'message':
      return messages(stage, client, chosen(stage, operation.target), 1 + (operation.target & 7));
    case 'info':
      return info(stage, client, chosen(stage, operation.target));
    case 'ask':
      return ask(stage, client, operation);
    case 'must-run':
      return mustRun(stage, client, operation, CITIZEN);
    case 'find':
      return told(client.vtask.find(operation.name));
    case 'read':
    case 'swap':
      return useRegister(stage, machine, operation);
    case 'put':
    case 'get':
    case 'delete':
      return usePath(stage, client, operation);
  }
}

/** One of the vTasks that are known; its own, where there are none. */
function chosen({ known }: Stage, target: number): string {
  const recent = known.slice(-RECENT);
  return recent[target % Math.max(1, recent.length)] ?? 'nobody';
}

async function told(result: Awaitable<Result<unknown, ErrorCode>>): Promise<string> {
  const { ok, ...rest } = await result;
  return ok ? 'ok' : (rest as { error: ErrorCode }).error.tag;
}

async function spawn(
  stage: Stage,
  client: StageClient,
  { role, name, restart }: Extract<Operation, { kind: 'spawn' }>,
): Promise<string> {
  const cmd = role === 'brief' ? [role, String(WORK_STEPS), '0'] : [role];
  const options = {
    ...DEFAULT_OPTIONS,
    restart: restart ? ('on-failure' as const) : ('never' as const),
  };
  const made = await client.vtask.new(name, CITIZEN, cmd, options);
  if (!made.ok) return made.error.tag;
  const started = await client.vtask.sched(made.value);
  const outcome = started.ok ? 'ok' : failed(stage, made.value, started.error);
  // Of one that was not told to start nobody knows whether it ever looks at what is sent to it.
  if (started.ok) stage.known.push(made.value);
  return `${made.value} ${outcome}`;
}

async function kill(stage: Stage, client: StageClient, target: string): Promise<string> {
  const killed = await client.vtask.kill(target);
  if (killed.ok) stage.bearers.killed(target);
  return killed.ok ? 'ok' : failed(stage, target, killed.error);
}

export async function info(stage: Stage, client: StageClient, target: string): Promise<string> {
  const known = await client.vtask.info(target);
  return known.ok ? 'ok' : failed(stage, target, known.error);
}

/** What a call on a vTask failed with. */
function failed({ deaths }: Stage, target: string, { tag }: ErrorCode): string {
  if (tag === 'task-died') deaths.told(target);
  return tag;
}

async function watch(stage: Stage, client: StageClient, target: string): Promise<string> {
  const set = await client.monitor.onDie(target);
  if (!set.ok) return failed(stage, target, set.error);
  stage.watches.set(client.vtid, set.value, target);
  return String(set.value);
}

/** One after another: from the third on they need no answer. */
async function messages(
  stage: Stage,
  client: StageClient,
  target: string,
  count: number,
): Promise<string> {
  for (let left = count; left > 0; left -= 1) {
    const number = stage.nextId();
    const sent = await client.ipc.msg(target, 'tell', encode(String(number)), TIMEOUT_MS);
    if (!sent.ok) return failed(stage, target, sent.error);
    stage.messages.taken(client.vtid, target, number);
  }
  return 'ok';
}

async function ask(
  stage: Stage,
  client: StageClient,
  { target, what, other, forever }: Extract<Operation, { kind: 'ask' }>,
): Promise<string> {
  const to = chosen(stage, target);
  const request = `${what} ${requestOf(stage, what, other)}`;
  const text = await askFor(stage, client, to, request, forever ? NEVER_MS : TIMEOUT_MS);
  if (what === 'spawn' && text.startsWith('ok ')) stage.known.push(text.slice('ok '.length));
  return text;
}

/** Has a vTask do something. Its answer, or the tag of the error. */
export async function askFor(
  stage: Stage,
  client: StageClient,
  to: string,
  request: string,
  timeoutMs: number,
): Promise<string> {
  const id = stage.nextId();
  const answer = await client.ipc.rpc(to, 'do', timeoutMs, encode(`${id} ${request}`));
  if (!answer.ok) {
    stage.rpcs.failed(id, answer.error.tag);
    return failed(stage, to, answer.error);
  }
  stage.rpcs.answered(id, to);
  return decoder.decode(answer.value);
}

function requestOf(stage: Stage, what: string, other: number): string {
  switch (what) {
    case 'work':
      return String(WORK_STEPS);
    case 'exit':
      return '3';
    case 'ask':
      return `${chosen(stage, other)} ${stage.nextId()} ${other % 2 === 0 ? 'echo' : `work ${LONG_WORK_STEPS}`}`;
    case 'spawn':
      return `${CITIZEN} serve`;
    default:
      return chosen(stage, other);
  }
}
