// caller.c in QuickJS: caller ECHO WARMUP SAMPLES BATCH REQUESTS IN-FLIGHT
import { msg, now, print, rpc, serve, startRpc } from 'vstar';

const WAIT_MS = 20_000;
const payload = new Uint8Array(64);

const rate = (number, since) => (number * 1_000) / (now() - since);

export function run([echo, ...numbers]) {
  const [warmup, count, batch, requests, inFlight] = numbers.map(Number);
  const call = () => rpc(echo, 'echo', WAIT_MS, payload);

  for (let i = 0; i < warmup; i++) call();
  const samples = [];
  for (let i = 0; i < count; i++) {
    const start = now();
    for (let j = 0; j < batch; j++) call();
    samples.push(((now() - start) * 1_000) / batch);
  }
  samples.sort((a, b) => a - b);

  let start = now();
  for (let i = 0; i < count * batch; i++) msg(echo, 'note', payload, WAIT_MS);
  const messages = rate(count * batch, start);

  let left = requests;
  const begin = () => {
    if (left-- > 0) startRpc(echo, 'echo', WAIT_MS, payload, ended);
  };
  const ended = (error) => {
    if (error) throw error;
    begin();
  };
  start = now();
  for (let i = 0; i < inFlight; i++) begin();
  for (let i = 0; i < requests; i++) serve(WAIT_MS);

  const p50 = samples[Math.floor(count / 2)];
  const p99 = samples[Math.floor(count * 0.99)];
  print([p50 * 1_000, p99 * 1_000, messages, rate(requests, start)].map(Math.round).join(' '));
}
