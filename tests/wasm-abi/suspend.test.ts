import test from 'ava';
import { cGuest, hostOf, program, QUOTA, run, tsGuest } from './guests.ts';

const COUNT = 1_000;

for (const output of ['component', 'core'] as const) {
  test(`a thousand instances of a ${output} wait in one thread, and each gets its own answer`, async (t) => {
    const rpc = await program(await cGuest('rpc', output));
    const waiting: { args: Uint8Array; answer: (value: unknown) => void }[] = [];
    const all = Promise.withResolvers<void>();
    const host = hostOf({
      rpc: (_vtid: string, _identity: string, _timeout: number, args: Uint8Array) =>
        new Promise((answer) => {
          waiting.push({ args, answer });
          if (waiting.length === COUNT) all.resolve();
        }),
    });
    const instances = await Promise.all(
      Array.from({ length: COUNT }, () => rpc.instantiate(host, QUOTA)),
    );
    const runs = instances.map((instance, index) =>
      run(instance, [String.fromCodePoint(33 + (index % 90))]),
    );
    await all.promise;
    t.is(waiting.length, COUNT);
    for (const { args, answer } of waiting.toReversed()) answer({ ok: true, value: args });
    const results = await Promise.all(runs);
    t.deepEqual(
      results,
      Array.from({ length: COUNT }, (_, index) => ({ ok: true, value: 33 + (index % 90) })),
    );
  });
}

test('instances of QuickJS wait beside one another too', async (t) => {
  const values = await program(await tsGuest('values'));
  const host = hostOf({
    rpc: async (...params: unknown[]) => (
      await new Promise(setImmediate),
      { ok: true, value: params[3] }
    ),
  });
  const instances = await Promise.all(
    Array.from({ length: 50 }, () => values.instantiate(host, QUOTA)),
  );
  const results = await Promise.all(
    instances.map((instance, index) => run(instance, ['x'.repeat(index)])),
  );
  t.deepEqual(
    results,
    Array.from({ length: 50 }, (_, index) => ({ ok: true, value: index })),
  );
});
