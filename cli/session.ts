import { connectControl, type PosivClient } from '#node/control/client.ts';
import { controlTargets, type NodeChoice } from './control-target.ts';
import {
  codeOf,
  ControlUnreachableError,
  messageOf,
  NoNodeError,
  WrongTokenError,
} from './errors.ts';
import { listenForInterrupt } from './interrupt.ts';

/**
 * Does some work as a client of a node. The client is a vTask: what it has made without `detached` ends with it. After
 * Ctrl-C the connection is closed, so that every call that waits fails, and the work ends.
 * @throws {no-node} also {control-unreachable}, {wrong-token}, {interrupted} and whatever the work throws
 */
export async function withSession<T>(
  choice: NodeChoice,
  work: (client: PosivClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  const client = await connect(choice, signal);
  const close = (): void => void client.close();
  signal.addEventListener('abort', close);
  try {
    return await work(client, signal);
  } catch (error) {
    // Whatever it was that failed, it failed because of the signal.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
    await client.close();
  }
}

/** Connects to the first of the nodes that answers. */
async function connect(choice: NodeChoice, signal: AbortSignal): Promise<PosivClient> {
  const targets = await controlTargets(choice);
  for (const [at, target] of targets.entries())
    try {
      return await connectControl(target, signal);
    } catch (error) {
      signal.throwIfAborted();
      const isLast = at === targets.length - 1;
      if (codeOf(error) !== 'control-unreachable' || isLast) throw named(error, choice);
    }
  throw new RangeError('no node was named');
}

function named(error: unknown, { data }: NodeChoice): unknown {
  switch (codeOf(error)) {
    case 'control-refused':
      return new WrongTokenError(messageOf(error), process.env['VSTAR_TENANT'] || undefined, error);
    case 'control-unreachable': {
      const control = process.env['VSTAR_CONTROL'];
      if (data === undefined && control) return new ControlUnreachableError(control, error);
      return new NoNodeError(messageOf(error), error);
    }
    default:
      return error;
  }
}
