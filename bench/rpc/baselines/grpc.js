// Unary calls and a client's stream of bytes as they are, without Protocol Buffers.
import grpc from '@grpc/grpc-js';
import { CALL, NOTE } from '../payload.ts';
import { run, versionOf } from './program.js';

const bytes = (value) => value;
const coding = {
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
};
const SERVICE = {
  echo: { path: '/bench/echo', requestStream: false, responseStream: false, ...coding },
  take: { path: '/bench/take', requestStream: true, responseStream: false, ...coding },
};

function serve() {
  const server = new grpc.Server();
  server.addService(SERVICE, {
    echo: ({ request }, done) => done(null, request),
    take: (stream, done) => stream.on('data', () => {}).on('end', () => done(null, CALL)),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(`127.0.0.1:${port}`),
    );
  });
}

const settle = (resolve, reject) => (error, value) => (error ? reject(error) : resolve(value));

function connect(address) {
  const Client = grpc.makeClientConstructor(SERVICE, 'bench');
  const client = new Client(address, grpc.credentials.createInsecure());
  const call = () => new Promise((resolve, reject) => client.echo(CALL, settle(resolve, reject)));
  const stream = async (count) => {
    let writer;
    const taken = new Promise((resolve, reject) => {
      writer = client.take(settle(resolve, reject));
    });
    for (let sent = 0; sent < count; sent++)
      if (!writer.write(NOTE)) await new Promise((resolve) => writer.once('drain', resolve));
    writer.end();
    await taken;
  };
  return { call, stream, version: versionOf('@grpc/grpc-js') };
}

await run(import.meta.url, { serve, connect });
