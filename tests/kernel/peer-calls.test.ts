import test from 'ava';
import { KernelCluster } from '#tests/support/kernel-cluster.ts';

const NAME = 'posiv:wire/store@0.1.0#bound-blobs';

test('what other nodes were asked fails when a node ends, whether or not they ever answer', async (t) => {
  const { kernels } = new KernelCluster(2, {}, 1);
  const [one, other] = kernels as [(typeof kernels)[0], (typeof kernels)[0]];
  const asked = Promise.withResolvers<void>();
  other.dispatcher.provide('posiv:wire/store@0.1.0', () => ({
    boundBlobs() {
      asked.resolve();
      return new Promise(() => {});
    },
  }));
  const waiting = one.peerCalls.call(other.self, NAME, [[]]);
  await asked.promise;
  await one.close();
  await t.throwsAsync(waiting, { code: 'call-failed', message: /this node ends/ });
  await t.throwsAsync(one.peerCalls.call(other.self, NAME, [[]]), { message: /this node ends/ });
});
