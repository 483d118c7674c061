import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { whereInstalled } from '../installed.ts';
import type { RpcLoad } from './figures.ts';
import { figuresFrom, type Measured, run, type System } from './system.ts';

const PROGRAM = fileURLToPath(new URL('rpc.escript', import.meta.url));
const ESCRIPT = 'escript';
const INSTALL = 'apt install erlang-base';

/** Two processes of one Erlang node, which has a scheduler for each core. */
export const erlangProcesses: System = {
  name: 'Erlang, two processes of a node',
  install: INSTALL,
  measure: (load) => whereInstalled(() => figuresOf(load, [], '')),
};

/** Two Erlang nodes over its own protocol, not encrypted; without the daemon that knows their ports. */
export const erlangNodes: System = {
  name: 'Erlang, two nodes',
  install: INSTALL,
  measure: (load) =>
    whereInstalled(async () => {
      const common = `-start_epmd false -erl_epmd_port ${await freePort()} -setcookie bench`;
      const listening = '-kernel inet_dist_use_interface {127,0,0,1}';
      const other = spawn(ESCRIPT, [PROGRAM, 'serve'], {
        env: withFlags(`-sname echo@localhost ${common} ${listening}`),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const exited = once(other, 'exit'); // rejects where it cannot be started
      try {
        const ready = once(createInterface(other.stdout), 'line') as Promise<[string]>;
        const [node] = (await Promise.race([ready, exited])) as [string | number];
        if (typeof node !== 'string') throw new BenchFailedError(`escript ended with ${node}`);
        return await figuresOf(
          load,
          [node],
          `-sname caller@localhost ${common} -dist_listen false`,
        );
      } finally {
        other.stdin.end();
        await exited;
      }
    }),
};

async function figuresOf(
  { warmup, samples, batch, requests, inFlight }: RpcLoad,
  node: readonly string[],
  flags: string,
): Promise<Measured> {
  const numbers = [warmup, samples, batch, requests, inFlight].map(String);
  const { stdout } = await run(ESCRIPT, [PROGRAM, ...numbers, ...node], {
    env: withFlags(flags),
  });
  const printed = stdout.trim().split(' ').map(Number);
  return { version: `OTP ${printed.at(-1)}`, figures: figuresFrom(printed) };
}

function withFlags(flags: string): NodeJS.ProcessEnv {
  return { ...process.env, ERL_FLAGS: flags };
}

/** A port that nobody listened at a moment ago: Erlang wants to be told one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
