import type { PosivClient } from '#node/control/client.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import { bad } from '#tests/support/results.ts';
import { encode } from 'cborg';

const PATIENCE_MS = 60_000;

/** What each call on a vtid is answered by: a code, or `ok`. */
export type Answers = Readonly<
  Record<'rpc' | 'msg' | 'sched' | 'adjust' | 'info' | 'log' | 'watch' | 'kill', string>
>;

/** Makes every call there is on a vtid that somebody has kept for too long. */
export async function answersOf(
  posiv: Pick<PosivClient, 'ipc' | 'vtask' | 'log' | 'monitor'>,
  vtid: string,
): Promise<Answers> {
  const code = async (call: Awaitable<Result<unknown, ErrorCode>>): Promise<string> =>
    bad(await call);
  return {
    rpc: await code(posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))),
    msg: await code(posiv.ipc.msg(vtid, 'echo', encode(1), PATIENCE_MS)),
    sched: await code(posiv.vtask.sched(vtid)),
    adjust: await code(posiv.vtask.adjust(vtid, DEFAULT_QUOTA)),
    info: await code(posiv.vtask.info(vtid)),
    log: await code(posiv.log.read(vtid, 0, 0)),
    watch: await code(posiv.monitor.onDie(vtid)),
    kill: await code(posiv.vtask.kill(vtid)),
  };
}

/** The same code for every call. */
export function allAre(code: string): Answers {
  return {
    rpc: code,
    msg: code,
    sched: code,
    adjust: code,
    info: code,
    log: code,
    watch: code,
    kill: code,
  };
}
