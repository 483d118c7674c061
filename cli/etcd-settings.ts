import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EtcdSettings } from '#node/config.ts';
import { messageOf, UsageError } from './errors.ts';

export interface RegistersOptions {
  readonly registers?: string;
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  readonly etcdUser?: string;
  readonly etcdPasswordFile?: string;
}

/**
 * Where the registers are to be kept; undefined for acceptors among the nodes.
 * @throws {usage}
 */
export async function etcdSettingsOf(options: RegistersOptions): Promise<EtcdSettings | undefined> {
  const {
    registers = 'acceptors',
    etcdCa,
    etcdCert,
    etcdKey,
    etcdUser,
    etcdPasswordFile,
  } = options;
  if (registers === 'acceptors') {
    if (etcdCa ?? etcdCert ?? etcdKey ?? etcdUser ?? etcdPasswordFile)
      throw new UsageError('--etcd-... goes with --registers etcd=URL');
    return undefined;
  }
  const endpoints = /^etcd=(.+)$/.exec(registers)?.[1]?.split(',').map(originOf);
  if (endpoints === undefined || endpoints.includes(undefined))
    throw new UsageError(
      `--registers is ${JSON.stringify(registers)}; give acceptors, or etcd=URL,... such as etcd=http://127.0.0.1:2379`,
    );
  if ((etcdCert === undefined) !== (etcdKey === undefined))
    throw new UsageError('--etcd-cert and --etcd-key go together');
  if ((etcdUser === undefined) !== (etcdPasswordFile === undefined))
    throw new UsageError('--etcd-user and --etcd-password-file go together');
  return {
    endpoints: endpoints as string[],
    caFile: etcdCa && resolve(etcdCa),
    certFile: etcdCert && resolve(etcdCert),
    keyFile: etcdKey && resolve(etcdKey),
    user: etcdUser === undefined ? undefined : await userOf(etcdUser, etcdPasswordFile!),
  };
}

async function userOf(name: string, passwordFile: string): Promise<EtcdSettings['user']> {
  try {
    return { name, password: (await readFile(passwordFile, 'utf8')).trimEnd() };
  } catch (error) {
    throw new UsageError(`--etcd-password-file: ${messageOf(error)}`);
  }
}

/** Undefined for what is no URL of a server. */
function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  const isServer = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/';
  return isServer ? parsed.origin : undefined;
}
