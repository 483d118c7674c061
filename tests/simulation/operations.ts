import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Result } from '#posiv-wit/result.ts';
import type { Operation } from './plan.ts';
import { useRegister } from './register-operations.ts';
import { usePath } from './path-operations.ts';
import type { SessionClient } from './world/session-client.ts';
import type { World } from './world/world.ts';

/** Where the image of the guests is. */
export const CITIZEN = '/guests/citizen';

const TIMEOUT_MS = 4_000;
const NEVER_MS = 0xffff_ffff;
const WORK_STEPS = 3_000;
const RECENT = 24; // vTasks that operations choose among: the last ones made, so that most of them live

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Has the program outside that is on a machine do something, and tells the checks what came of it. */
export async function carryOut(world: World, machine: number, operation: Operation): Promise<void> {
  const client = world.client(machine);
  if (!client) return;
  const outcome = await run(world, machine, client, operation);
  world.note(`${client.vtid} ${JSON.stringify(operation)}: ${outcome}`);
}

function run(
  world: World,
  machine: number,
  client: SessionClient,
  operation: Operation,
): Promise<string> {
  switch (operation.kind) {
    case 'spawn':
      return spawn(world, client, operation);
    case 'kill-vtask':
      return kill(world, client, chosen(world, operation.target));
    case 'watch':
      return watch(world, client, chosen(world, operation.target));
    case 'message':
      return message(world, client, chosen(world, operation.target));
    case 'info':
      return told(client.vtask.info(chosen(world, operation.target)));
    case 'ask':
      return ask(world, client, operation);
    case 'find':
      return told(client.vtask.find(operation.name));
    case 'read':
    case 'swap':
      return useRegister(world, machine, operation);
    case 'put':
    case 'get':
    case 'delete':
      return usePath(world, client, operation);
  }
}

/** One of the vTasks that are known; its own, where there are none. */
function chosen({ known }: World, target: number): string {
  const recent = known.slice(-RECENT);
  return recent[target % Math.max(1, recent.length)] ?? 'nobody';
}

async function told(result: Promise<Result<unknown, ErrorCode>>): Promise<string> {
  const { ok, ...rest } = await result;
  return ok ? 'ok' : (rest as { error: ErrorCode }).error.tag;
}

async function spawn(
  world: World,
  client: SessionClient,
  { role, name, restart }: Extract<Operation, { kind: 'spawn' }>,
): Promise<string> {
  const cmd = role === 'brief' ? [role, String(WORK_STEPS), '0'] : [role];
  const options = {
    ...DEFAULT_OPTIONS,
    restart: restart ? ('on-failure' as const) : ('never' as const),
  };
  const made = await client.vtask.new(name, CITIZEN, cmd, options);
  if (!made.ok) return made.error.tag;
  world.known.push(made.value);
  const started = await client.vtask.sched(made.value);
  return `${made.value} ${started.ok ? 'ok' : started.error.tag}`;
}

async function kill(world: World, client: SessionClient, target: string): Promise<string> {
  const killed = await client.vtask.kill(target);
  if (killed.ok) world.bearers.killed(target);
  return killed.ok ? 'ok' : killed.error.tag;
}

async function watch(world: World, client: SessionClient, target: string): Promise<string> {
  const set = await client.monitor.onDie(target);
  if (!set.ok) return set.error.tag;
  world.watches.set(client.vtid, set.value, target);
  return String(set.value);
}

async function message(world: World, client: SessionClient, target: string): Promise<string> {
  const number = world.nextId();
  const sent = await client.ipc.msg(target, 'tell', encode(String(number)), TIMEOUT_MS);
  if (!sent.ok) return sent.error.tag;
  world.messages.taken(client.vtid, target, number);
  return 'ok';
}

async function ask(
  world: World,
  client: SessionClient,
  { target, what, other, forever }: Extract<Operation, { kind: 'ask' }>,
): Promise<string> {
  const id = world.nextId();
  const to = chosen(world, target);
  const args = encode(`${id} ${what} ${requestOf(world, what, other)}`);
  const answer = await client.ipc.rpc(to, 'do', forever ? NEVER_MS : TIMEOUT_MS, args);
  if (!answer.ok) {
    world.rpcs.failed(id, answer.error.tag);
    return answer.error.tag;
  }
  world.rpcs.answered(id, to);
  const text = new TextDecoder().decode(answer.value);
  if (what === 'spawn' && text.startsWith('ok ')) world.known.push(text.slice('ok '.length));
  return text;
}

function requestOf(world: World, what: string, other: number): string {
  switch (what) {
    case 'work':
      return String(WORK_STEPS);
    case 'exit':
      return '3';
    case 'ask':
      return `${chosen(world, other)} ${world.nextId()} echo`;
    case 'spawn':
      return `${CITIZEN} serve`;
    default:
      return chosen(world, other);
  }
}
