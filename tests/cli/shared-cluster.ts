import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { startVstar, vstar, type Ended, type Vstar, type VstarInit } from './vstar-process.ts';

const NAMES = ['node-1', 'node-2', 'node-3'];

export interface SharedNode {
  readonly name: string;
  readonly id: string;
  readonly pid: number;
  readonly socket: string;
}

export interface SharedCluster {
  readonly nodes: readonly SharedNode[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `vstar` against it. */
  vstar(args: readonly string[], init?: VstarInit): Promise<Ended>;
  startVstar(args: readonly string[], init?: VstarInit): Vstar;
}

/** A devstack of three nodes for all tests of a file. Returns what gives it to a test. */
export function sharedCluster(test: TestFn): () => SharedCluster {
  let stack: Vstar | undefined;
  let cluster: SharedCluster | undefined;
  test.before('three nodes start', async (t) => {
    t.timeout(60_000);
    // Its COMMAND reads what never comes: should the tests be killed, that ends, and the cluster with it.
    const command =
      'echo "$VSTAR_DEVSTACK"; echo "$VSTAR_CONTROL"; echo "$PATH"; echo ready; exec cat';
    const args = ['devstack', '--nodes', '3', '--', 'sh', '-c', command];
    stack = startVstar(args, { input: '', holdsInput: true });
    const [folder = '', control = '', path = ''] = (await stack.said('ready\n')).split('\n');
    const environment = { VSTAR_DEVSTACK: folder, VSTAR_CONTROL: control, PATH: path };
    const withCluster = (init: VstarInit = {}): VstarInit => ({
      ...init,
      env: { ...environment, ...init.env },
    });
    cluster = {
      folder,
      environment,
      nodes: await Promise.all(NAMES.map((name) => readNode(folder, name))),
      vstar: (words, init) => vstar(words, withCluster(init)),
      startVstar: (words, init) => startVstar(words, withCluster(init)),
    };
  });
  test.after.always('three nodes stop', async () => {
    stack?.child.stdin?.end();
    await stack?.ended;
  });
  return () => cluster!;
}

async function readNode(folder: string, name: string): Promise<SharedNode> {
  return JSON.parse(await readFile(join(folder, name, 'node.json'), 'utf8')) as SharedNode;
}
