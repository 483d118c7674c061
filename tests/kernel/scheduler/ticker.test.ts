import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
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
  const alarm = new SharedAlarm(memory, 0);
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
      const alarm = new SharedAlarm(workerData, 0);
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
  new SharedAlarm(memory, 0).lower();
  await after(30);
  t.is(new Int32Array(memory.buffer)[FLAG_WORD], 0);
  ticker[Symbol.dispose]();
});

/** Has the lane do something at the one moment when the ticker has stored a 0 in ARMED_WORD, once. */
function whenLaidToRest(t: ExecutionContext, memory: WebAssembly.Memory, act: () => void): void {
  const words = new Int32Array(memory.buffer);
  const { store } = Atomics;
  t.teardown(() => Object.assign(Atomics, { store }));
  Object.assign(Atomics, {
    store(array: Int32Array, index: number, value: number) {
      if (array.buffer !== memory.buffer || index !== ARMED_WORD || value !== 0)
        return store(array, index, value);
      Object.assign(Atomics, { store });
      if (words[ARMED_WORD] === 1) act();
      return value;
    },
  });
}

test.serial(
  'a guest that looks just as its alarm is laid to rest is interrupted again',
  async (t) => {
    using ticker = new Ticker();
    const memory = alarmMemory();
    const words = new Int32Array(memory.buffer);
    ticker.add(memory);
    const alarm = new SharedAlarm(memory, 0);
    let looked = false;
    whenLaidToRest(t, memory, () => {
      alarm.lower(); // as a check does
      alarm.arm();
      Atomics.store(words, ARMED_WORD, 0); // what the ticker was about to do
      looked = true;
    });
    alarm.arm();
    await until(() => looked);
    await until(() => words[FLAG_WORD] === 1);
    t.is(words[FLAG_WORD], 1);
  },
);

test.serial('an alarm that is armed just after it was laid to rest is raised again', async (t) => {
  using ticker = new Ticker();
  const memory = alarmMemory();
  const words = new Int32Array(memory.buffer);
  ticker.add(memory);
  const alarm = new SharedAlarm(memory, 0);
  let armed = false;
  whenLaidToRest(t, memory, () => {
    Atomics.store(words, ARMED_WORD, 0); // what the ticker was about to do
    alarm.arm();
    armed = true;
  });
  alarm.arm();
  await until(() => armed);
  alarm.lower();
  await until(() => words[FLAG_WORD] === 1);
  t.is(words[FLAG_WORD], 1);
});
