// Request and reply over a server: NAME.js LOAD PORT, of a NATS server on this machine.
import { connect as connectNats } from 'nats';
import { answers, CALL, NOTE } from '../payload.ts';
import { run } from './program.js';

const SUBJECT = 'echo';
const WAIT_MS = 20_000;

async function serve(port) {
  const connection = await connectNats({ port: Number(port) });
  connection.subscribe(SUBJECT, {
    callback: (_error, message) => {
      if (answers(message.data)) message.respond(message.data);
    },
  });
  await connection.flush();
  return port;
}

async function connect(port) {
  const connection = await connectNats({ port: Number(port) });
  const call = () => connection.request(SUBJECT, CALL, { timeout: WAIT_MS });
  const stream = async (count) => {
    for (let sent = 1; sent < count; sent++) connection.publish(SUBJECT, NOTE);
    await call(); // it is answered after all that came before
  };
  return { call, stream, version: connection.info.version };
}

await run(import.meta.url, { serve, connect });
