// The process of one node of a devstack. It ends when the channel to the devstack closes, whatever closed it.
import { loadNode } from '#node/load-node.ts';
import type { WorkerNode } from '#node/worker-node.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { FromMember, ToMember } from './messages.ts';

const JOIN_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 3_000; // less than the devstack and its keeper wait before they kill

let starting: Promise<WorkerNode | undefined> = Promise.resolve(undefined);
let ending = false;

async function start({ config }: ToMember): Promise<WorkerNode> {
  const { startEnduringNode } = await loaded;
  const node = await startEnduringNode(config);
  await node.whenReady(AbortSignal.timeout(JOIN_WITHIN_MS));
  const { id, addresses, control } = node;
  void node.expelled.then(end);
  tell({ kind: 'ready', id, addresses, ...control });
  return node;
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // Whatever hangs, nothing is left running.
  setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
  await (await starting)?.close();
  process.exit();
}

function tell(message: FromMember): void {
  if (process.connected) process.send?.(message);
}

process.once('message', (message: ToMember) => {
  starting = start(message).catch((error: unknown) => {
    tell({ kind: 'failed', code: codeOf(error), message: messageOf(error) });
    return undefined;
  });
});
process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());

// Half of a start is loading the code: it need not wait for the configuration, which has the first node's address.
const loaded = loadNode(process.argv[2]!);
loaded.then(({ loadAhead }) => loadAhead()).catch(() => {}); // whoever starts hears of it
