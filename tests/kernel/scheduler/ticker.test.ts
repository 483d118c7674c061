import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import test from 'ava';
import { alarmMemory, ARMED_WORD, FLAG_WORD, SharedAlarm } from '#kernel/scheduler/alarm.ts';
import { Ticker } from '#kernel/scheduler/ticker.ts';

/** Resolves once it holds, which is for the test's own time limit to judge. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await after(1);
}

test('an armed alarm is raised again and again, and rests once nobody looks at it', async (t) => {
  using ticker = new Ticker();
  const memory = alarmMemory();
  const words = new Int32Array(memory.buffer);
  ticker.add(memory);
  const alarm = new SharedAlarm(memory);
  alarm.arm();
  for (let round = 0; round < 5; round += 1) {
    await until(() => words[FLAG_WORD] === 1);
    alarm.lower();
  }
  await until(() => words[ARMED_WORD] === 0);
  t.is(words[FLAG_WORD], 1, 'whoever runs next looks, and arms it again');
  alarm.arm();
  alarm.lower();
  await until(() => words[FLAG_WORD] === 1);
  t.pass();
});

test('the alarm of a lane whose thread computes without end is raised all the same', async (t) => {
  using ticker = new Ticker();
  const memory = alarmMemory();
  ticker.add(memory);
  const url = import.meta.resolve('#kernel/scheduler/alarm.ts');
  const code = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(${JSON.stringify(url)}).then(({ SharedAlarm, FLAG_WORD }) => {
      const words = new Int32Array(workerData.buffer);
      const alarm = new SharedAlarm(workerData);
      alarm.arm();
      for (let raised = 0; raised < 10;) {
        if (Atomics.load(words, FLAG_WORD) === 0) continue;
        raised += 1;
        alarm.lower();
      }
      parentPort.postMessage('raised ten times');
    });`;
  const worker = new Worker(code, { eval: true, workerData: memory });
  const [message] = await once(worker, 'message');
  t.is(message, 'raised ten times');
  await worker.terminate();
});

test('a lane that is gone is not waited for', async (t) => {
  const ticker = new Ticker();
  const memory = alarmMemory();
  ticker.add(memory);
  ticker.remove(memory);
  new SharedAlarm(memory).lower();
  await after(30);
  t.is(new Int32Array(memory.buffer)[FLAG_WORD], 0);
  ticker[Symbol.dispose]();
});
