import test from 'ava';
import { publishing } from '#node/publishing.ts';
import { ServiceBook } from '#node/services/service-book.ts';
import { entriesOf, type NodeRecord } from '#p2p/registry/record.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

const VTID_LENGTH = 128;

test('whatever vTasks are called, and however many publish, the record of a node can be told', (t) => {
  const clock = new ManualClock();
  const services = new ServiceBook(clock);
  const text = (at: number, length: number): string => String(at).padStart(length, 'x');
  const kept = `${'n'.repeat(42)}:${'p'.repeat(42)}/${'i'.repeat(42)}`;
  for (let at = 0; at < 512; at += 1)
    good(
      services.publish(
        { vtid: text(at, VTID_LENGTH), tenant: text(at >> 7, 63) },
        {
          name: text(at, 64),
          version: 'v'.repeat(64),
          interface: kept,
          state: 'running',
        },
      ),
    );
  const vtasks = Array.from({ length: 8_192 }, (_, at) => {
    const [tenant, name, vtid] = [text(1, 63), text(at, 128), text(at, VTID_LENGTH)];
    return { tenant, name, vtid, state: 'running', endedMs: 0 } as VTask;
  });
  const table = {
    living: vtasks.length,
    memoryBytes: 0,
    values: () => vtasks.values(),
  } as unknown as VTaskTable;
  let told: NodeRecord | undefined;
  const network = {
    publish(record: NodeRecord): void {
      entriesOf(record);
      told = record;
    },
  };
  const kernel = { table, lanes: 1, memoryLimit: 0, draining: false };
  publishing({ network, kernel, services, clock }, 'a')();
  t.is(told?.services?.length, 512);
  t.true(told!.named.length > 1_000);
});
