import { codeOf, describe } from './errors.ts';
import type { Logger } from './environment.ts';
import type { Greeter } from './greeter.ts';
import type { NodeId } from './node-id.ts';

export interface DialAddressesComponents {
  readonly logger: Logger;
  readonly greeter: Pick<Greeter, 'greet'>;
}

/**
 * Dials a node at one address after the other until it is greeted at one of them.
 * @param isSettled whether there is no need to any more: it is looked at before each
 * @throws why the last one failed
 */
export async function dialAddresses(
  { logger, greeter }: DialAddressesComponents,
  node: NodeId,
  addresses: readonly string[],
  isSettled: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  let failure: unknown = new Error('no address is known');
  for (const address of addresses) {
    if (signal.aborted || isSettled()) return;
    try {
      await greeter.greet(address, node, signal);
      return;
    } catch (error) {
      failure = error;
      const fields = { node, address, code: codeOf(error), reason: describe(error) };
      logger.debug('dial failed', fields);
    }
  }
  throw failure;
}
