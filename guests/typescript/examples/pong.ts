// A service that answers every 'ping' with what came with it.
import { registerRpc } from 'vstar';

registerRpc('ping', (args) => args);

export function run(): void {
  // Nothing to prepare: a service with a registered identity lives on after `run`.
}
