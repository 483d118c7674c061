// The echo in QuickJS, as a service with handlers.
import { registerMsg, registerRpc } from 'vstar';

registerRpc('echo', (args) => args);
registerMsg('note', () => {});

export function run() {}
