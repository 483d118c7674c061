import { connectControl, type PosivClient } from '#node/control/client.ts';
import { controlTarget, type NodeChoice } from './control-target.ts';
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

async function connect(choice: NodeChoice, signal: AbortSignal): Promise<PosivClient> {
  const target = await controlTarget(choice);
  try {
    return await connectControl(target, signal);
  } catch (error) {
    signal.throwIfAborted();
    switch (codeOf(error)) {
      case 'control-refused':
        throw new WrongTokenError(messageOf(error), error);
      case 'control-unreachable': {
        const control = process.env['VSTAR_CONTROL'];
        if (choice.data === undefined && control) throw new ControlUnreachableError(control, error);
        throw new NoNodeError(messageOf(error), error);
      }
      default:
        throw error;
    }
  }
}
