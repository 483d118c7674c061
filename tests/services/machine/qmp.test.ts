import { duplexPair, type Duplex } from 'node:stream';
import test from 'ava';
import { Qmp, type QmpEvent } from '#services/machine/qemu/qmp.ts';

/** A monitor, and the end at which a QEMU would be. */
function monitor(): { qmp: Qmp; far: Duplex; events: QmpEvent[] } {
  const [near, far] = duplexPair();
  const events: QmpEvent[] = [];
  far.setEncoding('utf8');
  return { qmp: new Qmp(near, (event) => events.push(event)), far, events };
}

function say(far: Duplex, value: unknown): void {
  far.write(`${JSON.stringify(value)}\n`);
}

test('answers go to who asked, in whichever order they come, and events to who listens', async (t) => {
  const { qmp, far, events } = monitor();
  say(far, { QMP: { version: {} } });
  const first = qmp.execute('query-status');
  const second = qmp.execute('query-name');
  say(far, { return: { name: 'vstar' }, id: 3 });
  say(far, { event: 'STOP', timestamp: {} });
  say(far, { return: { status: 'paused' }, id: 2 });
  t.deepEqual(await Promise.all([first, second]), [{ status: 'paused' }, { name: 'vstar' }]);
  t.deepEqual(events, [{ event: 'STOP', data: {} }]);
});

test('what QEMU refuses fails with what it said', async (t) => {
  const { qmp, far } = monitor();
  const asked = qmp.execute('cont');
  say(far, { error: { class: 'GenericError', desc: 'Resetting the machine is required' }, id: 2 });
  await t.throwsAsync(asked, { code: 'failed', message: /did not cont: Resetting the machine/ });
});

for (const [what, bytes] of [
  ['no JSON', 'nonsense\n'],
  ['no object', 'null\n'],
  ['a line without an end', 'x'.repeat((1 << 20) + 1)],
] as const)
  test(`a QEMU that says ${what} is not listened to any more`, async (t) => {
    const { qmp, far } = monitor();
    const asked = qmp.execute('query-status');
    far.write(bytes);
    await t.throwsAsync(asked, { code: 'failed' });
    await t.throwsAsync(qmp.execute('query-status'), { code: 'failed' });
  });

test('what is asked of a QEMU that ends fails', async (t) => {
  const { qmp, far } = monitor();
  const asked = qmp.execute('query-status');
  far.end();
  await t.throwsAsync(asked, { code: 'failed', message: /QEMU has ended/ });
});

test('a command is no longer than it has to be', async (t) => {
  const { qmp, far } = monitor();
  const answers = [qmp.execute('stop'), qmp.execute('migrate', { uri: 'fd:5' })];
  far.end();
  await Promise.allSettled(answers);
  const lines = ((await far.toArray()) as string[]).join('').split('\n');
  t.deepEqual(lines, [
    '{"execute":"qmp_capabilities","id":1}',
    '{"execute":"stop","id":2}',
    '{"execute":"migrate","arguments":{"uri":"fd:5"},"id":3}',
    '',
  ]);
});
