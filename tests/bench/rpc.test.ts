import test from 'ava';
import { besides, metricsOf } from '../../bench/rpc/comparison.ts';
import type { RpcFigures } from '../../bench/rpc/figures.ts';
import { measure } from '../../bench/rpc/measure.ts';
import { NetEcho } from '../../bench/rpc/net-echo.ts';
import { bare } from '../../bench/rpc/system.ts';

const LOAD = { warmup: 1, samples: 3, batch: 1, requests: 10, inFlight: 4 };
const FIGURES: RpcFigures = { p50: 10, p99: 20, messages: 30, requests: 40 };
const OURS = { version: '', figures: { ...FIGURES, stream: 50 } };

test('a system that is not installed is named once, with what it needs', (t) => {
  const other = {
    name: 'NATS',
    install: 'apt install nats-server',
    measure: async () => undefined,
  };
  const metrics = metricsOf('rpc', [OURS], besides([other], [[undefined, undefined]]));
  t.deepEqual(
    metrics.map(({ baseline, ratio }) => ({ ...baseline, ratio })),
    [{ name: 'NATS (not run: apt install nats-server)', value: null, ratio: null }],
  );
});

test('each figure stands beside that of each system which has it, with its version', (t) => {
  const nothing = { measure: async () => FIGURES };
  const found = besides(
    [bare('bare', nothing), bare('ZeroMQ', nothing)],
    [
      [{ version: '', figures: FIGURES }],
      [{ version: '4.3.5', figures: { ...FIGURES, stream: 5 } }],
    ],
  );
  const metrics = metricsOf('rpc', [OURS], found);
  t.is(metrics.filter(({ baseline }) => baseline?.name === 'bare').length, 4);
  const stream = metrics.filter(({ name }) => name === 'rpc, messages, many to one');
  t.deepEqual(
    stream.map(({ baseline, ratio }) => [baseline?.name, ratio]),
    [['ZeroMQ (4.3.5)', 10]],
  );
});

test('as many calls and messages are made as were asked for, no more of them at once than may be', async (t) => {
  let calls = 0;
  let out = 0;
  let most = 0;
  let streamed = 0;
  await measure(
    {
      async call() {
        calls += 1;
        most = Math.max(most, (out += 1));
        await Promise.resolve();
        out -= 1;
      },
      async stream(count) {
        streamed = count;
      },
    },
    LOAD,
  );
  t.deepEqual({ calls, most, streamed }, { calls: 14, most: 4, streamed: 10 });
});

test('a bare socket answers every call, and the messages of a stream by one answer', async (t) => {
  await using echo = await NetEcho.start();
  const { p50, requests, stream } = await echo.measure(LOAD);
  for (const figure of [p50, requests, stream]) t.true(figure! > 0);
});
