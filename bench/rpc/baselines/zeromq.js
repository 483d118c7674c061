// ROUTER and DEALER over TCP: the sockets for many requests at once.
import { Dealer, Router, version } from 'zeromq';
import { answers, CALL, NOTE } from '../payload.ts';
import { run, versionOf } from './program.js';

async function serve() {
  const router = new Router();
  await router.bind('tcp://127.0.0.1:*');
  void (async () => {
    for await (const [from, body] of router) if (answers(body)) await router.send([from, body]);
  })();
  return router.lastEndpoint;
}

async function connect(endpoint) {
  const dealer = new Dealer();
  dealer.connect(endpoint);
  // One way keeps the order, so answers belong to the calls that wait longest.
  const waiting = [];
  void (async () => {
    for await (const _ of dealer) waiting.shift()();
  })();
  const queue = [];
  let sending = false;
  // The socket takes one at a time, and holds back whoever sends more than the other end takes.
  const send = async (payload) => {
    queue.push(payload);
    if (sending) return;
    sending = true;
    while (queue.length > 0) await dealer.send(queue.shift());
    sending = false;
  };
  const call = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      void send(CALL);
    });
  const stream = async (count) => {
    for (let sent = 1; sent < count; sent++) await send(NOTE);
    await call(); // it is answered after all that came before
  };
  return { call, stream, version: `${version} by zeromq.js ${versionOf('zeromq')}` };
}

await run(import.meta.url, { serve, connect });
