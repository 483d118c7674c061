import test from 'ava';
import { encode } from 'cborg';
import { bundleUserWit } from '#posiv-wit/bundle.ts';
import type { ExitReason, Info } from '#posiv-wit/generated/kernel.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { fromJavascript, wasiWit } from '#tests/wasm-abi/wasi/guests.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const WORLD =
  'package test:it;\n\nworld guest {\n  include posiv:kernel/service@0.1.0;\n  import wasi:cli/exit@0.2.12;\n}\n';

test('a service that calls exit of WASI, in run or in a handler, ends with that status', async (t) => {
  const source = `
    import { registerRpc } from 'posiv:kernel/ipc@0.1.0';
    import { exit } from 'wasi:cli/exit@0.2.12';
    export const program = {
      run([how]) {
        if (how === 'run') exit({ tag: 'err' });
        registerRpc('leave');
        return 0;
      },
    };
    export const handlers = {
      onRpc() { exit({ tag: 'ok' }); },
      onMsg() {},
      onCompletion() {},
      onNotice() {},
    };`;
  const image = await fromJavascript(
    source,
    `${bundleUserWit(WORLD, 'guest')}\n${await wasiWit()}`,
  );
  await using cluster = await RealCluster.start(1, { lanes: 1 });
  const posiv = await cluster.connect();
  await upload(posiv, '/images/exits', image);
  const start = async (how: string): Promise<string> => {
    const vtid = good(await posiv.vtask.new(undefined, '/images/exits', [how], DEFAULT_OPTIONS));
    good(await posiv.vtask.sched(vtid));
    return vtid;
  };
  const ended = async (vtid: string): Promise<ExitReason> => {
    const { reason } = await until(
      async (): Promise<Info> => good(await posiv.vtask.info(vtid)),
      (info) => info.reason !== undefined,
    );
    return reason!;
  };

  t.deepEqual(await ended(await start('run')), { tag: 'exited', val: 1 });
  const service = await start('serve');
  t.is(bad(await posiv.ipc.rpc(service, 'leave', 20_000, encode(1))), 'handler-failed');
  t.deepEqual(await ended(service), { tag: 'exited', val: 0 });
  await posiv.close();
});
