import test, { type ExecutionContext } from 'ava';
import { hasEtcd } from '#tests/support/etcd-servers.ts';

/** A test that needs a real etcd; where there is none it says so, which fails the gate. */
export function testWithEtcd(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  test(title, async (t) => {
    if (hasEtcd()) return run(t);
    t.log('not run: install etcd-server');
    t.pass();
  });
}
