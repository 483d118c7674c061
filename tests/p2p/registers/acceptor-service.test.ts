import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { AcceptorOperation, AcceptorResult } from '#posiv-wit/generated/p2p/registers.ts';
import { AcceptorLog } from '#p2p/registers/acceptor-log.ts';
import { AcceptorService } from '#p2p/registers/acceptor-service.ts';
import { firstConfiguration } from '#p2p/registers/configuration.ts';
import { decodeFrame } from '#p2p/registers/register-frames.ts';
import { HEADER_BYTES } from '#services/vstore/journal-frame.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { openAcceptorLog, type Acknowledged } from './support/acceptor-process.ts';
import { MemoryJournal } from './support/memory-journal.ts';

const PROCESS = fileURLToPath(new URL('support/acceptor-process.ts', import.meta.url));
const ENOUGH = 300; // answers, before the process is killed in the middle of others

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'vstar-acceptor-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** What a process had answered when it was killed. */
async function killedInTheMiddle(path: string): Promise<Map<string, Acknowledged>> {
  const child = spawn(process.execPath, [PROCESS, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const answered = new Map<string, Acknowledged>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Acknowledged;
    answered.set(said.key, said);
    count += 1;
    if (count === ENOUGH) child.kill('SIGKILL');
  }
  await exited;
  return answered;
}

test('what an acceptor on a real disk has answered is there after kill -9, over several lives', async (t) => {
  await using made = await folder();
  const { path } = made;
  for (let life = 0; life < 3; life += 1) {
    const answered = await killedInTheMiddle(path);
    t.true(answered.size > 0);
    const { log, close } = await openAcceptorLog(path);
    for (const { key, ballot, promised } of answered.values()) {
      const slot = log.acceptor.slot(key);
      t.true(slot.promised.counter >= promised, `${key} has forgotten promise ${promised}`);
      t.true((slot.accepted?.ballot.counter ?? 0) >= ballot, `${key} has lost ballot ${ballot}`);
    }
    await close();
  }
});

test('a torn end of the log is cut off, and damage in the middle is refused', async (t) => {
  await using made = await folder();
  const { path } = made;
  await killedInTheMiddle(path);
  const file = join(path, 'acceptor.journal');
  const { size } = await stat(file);
  const handle = await open(file, 'r+');
  await handle.write(Buffer.from('torn'), 0, 4, size);
  await handle.close();
  const { close } = await openAcceptorLog(path);
  await close();
  t.true((await stat(file)).size <= size);
  const again = await open(file, 'r+');
  // Its identity, which is a frame of its own: the rest may have been written as one, of which damage is a torn end.
  await again.write(Buffer.of(0xff, 0xff, 0xff), 0, 3, HEADER_BYTES + 12);
  await again.close();
  const error = await t.throwsAsync(openAcceptorLog(path));
  t.is((error as Error & { code: string }).code, 'journal-corrupt');
});

/** A service over a journal in memory, and what it answered. */
async function service(journal: MemoryJournal): Promise<{
  ask: (operations: AcceptorOperation[], acceptor?: string) => void;
  answers: AcceptorResult[];
  frames: { count: number };
}> {
  const log = await AcceptorLog.open(
    {
      random: seededRandom(1),
      logger: { warn: () => undefined },
      openJournal: async () => journal,
    },
    { cluster: 'c', node: 'n0' },
  );
  await log.append({ tag: 'configured', val: firstConfiguration([log.id]) });
  const answers: AcceptorResult[] = [];
  const frames = { count: 0 };
  const made = new AcceptorService({
    log,
    tick: setImmediate,
    onConfigured: () => undefined,
    send: (_, bytes) => {
      const { tag, val } = decodeFrame(bytes);
      frames.count += 1;
      if (tag === 'answers') answers.push(...val.answers.map(({ result }) => result));
    },
  });
  const ask = (operations: AcceptorOperation[], acceptor = log.id): void => {
    const requests = operations.map((operation, id) => ({ id, epoch: 1, operation }));
    made.receive('n1', { acceptor, proposer: 'p', requests });
  };
  return { ask, answers, frames };
}

/** Until everything that can happen has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function prepare(key: string, counter = 1): AcceptorOperation {
  return { tag: 'prepare', val: { key, ballot: { counter, proposer: 'p' } } };
}

test('no promise is told before it is durable, and all of one turn are told together', async (t) => {
  const journal = new MemoryJournal();
  const { ask, answers, frames } = await service(journal);
  const held: (() => void)[] = [];
  journal.held = held;
  ask([prepare('k'), prepare('l'), prepare('k', 2)]);
  await settled();
  t.deepEqual(answers, []);
  t.is(held.length, 2); // the second one of a register waits for the first
  for (const release of held.splice(0)) release();
  await settled();
  t.is(answers.length, 2);
  t.is(frames.count, 1);
  for (const release of held.splice(0)) release();
  await settled();
  t.deepEqual(
    answers,
    Array.from({ length: 3 }, () => ({ tag: 'promised', val: undefined })),
  );
});

test('what could not be written is refused, and what waited for it is decided anew', async (t) => {
  const journal = new MemoryJournal();
  const { ask, answers } = await service(journal);
  journal.failing = Object.assign(new Error('no space'), { code: 'full' });
  ask([prepare('k', 5)]);
  await settled();
  journal.failing = undefined;
  ask([prepare('k', 3)]);
  await settled();
  t.deepEqual(answers, [
    { tag: 'refused', val: 'full' },
    { tag: 'promised', val: undefined },
  ]);
});

test('no more than 4,096 requests wait for the disk', async (t) => {
  const journal = new MemoryJournal();
  const { ask, answers } = await service(journal);
  journal.held = [];
  ask(Array.from({ length: 4_100 }, (_, at) => prepare(`k${at}`)));
  await settled();
  t.deepEqual(
    answers,
    Array.from({ length: 4 }, () => ({ tag: 'refused', val: 'busy' })),
  );
});

test('it does not answer for an acceptor that it is not', async (t) => {
  const { ask, answers } = await service(new MemoryJournal());
  ask([prepare('k')], 'n0.0000000000000000');
  await settled();
  t.deepEqual(answers, []);
});
