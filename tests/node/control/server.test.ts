import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import type { Authenticator } from '#node/control/authenticator.ts';
import { FrameSocket, PROTOCOL } from '#node/control/protocol.ts';
import { ControlServer } from '#node/control/server.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster } from '#tests/support/kernel-cluster.ts';
import { quiet } from '#tests/support/quiet.ts';

const CALLS = 3_000;
const READ = 'posiv:vstore/blobs@0.1.0#read';

async function connected(socketPath: string): Promise<Socket> {
  const headers = { connection: 'Upgrade', upgrade: PROTOCOL };
  const opened = request({ socketPath, headers });
  opened.end();
  const [, socket] = (await once(opened, 'upgrade')) as [IncomingMessage, Socket];
  return socket;
}

/** Resolves once nothing has come of it for many turns. */
async function rests(value: () => number): Promise<void> {
  for (let still = 0, last = -1; still < 500; still += 1) {
    if (value() !== last) still = 0;
    last = value();
    await turn();
  }
}

for (const [what, grants] of [
  ['results', ['posiv:vstore']],
  ['refusals', ['posiv:kernel']],
] as const)
  test(`who asks and does not read the ${what} is heard no further than 256 calls`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
    const path = join(folder, 'socket');
    const kernel = new KernelCluster(1, {}, 1).first;
    const content = new Uint8Array(64 << 10);
    let carriedOut = 0;
    kernel.dispatcher.provide('posiv:vstore/blobs@0.1.0', () => ({
      read() {
        carriedOut += 1;
        return ok(content);
      },
    }));
    const identify = () => ok({ tenant: 'default', grants });
    const authenticator = { identify } as unknown as Authenticator;
    const server = new ControlServer({ kernel, logger: quiet, authenticator, metrics: () => [] });
    await server.listen({ socket: path, port: undefined });
    const socket = await connected(path);
    let returned = 0;
    const all = Promise.withResolvers<void>();
    const frames = new FrameSocket(socket, Buffer.alloc(0), () => {
      returned += 1;
      if (returned === CALLS) all.resolve();
    });
    frames.pause(true);
    // The name of a function that there is not may be long, and is in the refusal.
    const name = what === 'results' ? READ : `posiv:${'x'.repeat(64 << 10)}`;
    const writer = new Writer();
    functionNamed(READ)!.writeParams(writer, ['0'.repeat(64), 0, content.length]);
    const params = writer.take();
    for (let id = 1; id <= CALLS; id += 1)
      frames.send({ tag: 'call', val: { id, caller: '', function: name, params } });
    await rests(() => carriedOut + socket.bytesWritten);
    if (what === 'results') t.true(carriedOut >= 256 && carriedOut < 400, `${carriedOut}`);
    else t.true(socket.writableLength > 0, 'it takes no more');
    frames.pause(false);
    await all.promise;
    if (what === 'results') t.is(carriedOut, CALLS);
    socket.destroy();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
