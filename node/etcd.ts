import { readFile } from 'node:fs/promises';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { EtcdSettings } from '#node/config.ts';
import { BadSettingError } from '#p2p/errors.ts';
import { EtcdGateway } from '#p2p/registers/etcd/gateway.ts';
import { HttpClient } from '#p2p/registers/etcd/http-post.ts';

/** The etcd that a node was told of, over the network. */
export interface EtcdLink extends Disposable {
  readonly gateway: EtcdGateway;
}

/** Reads the certificates; asks etcd nothing yet. @throws {bad-setting} */
export async function openEtcd(
  components: { readonly clock: Clock; readonly logger: Logger },
  { endpoints, caFile, certFile, keyFile, user }: EtcdSettings,
): Promise<EtcdLink> {
  const [ca, cert, key] = await Promise.all([read(caFile), read(certFile), read(keyFile)]);
  const client = new HttpClient({ ca, cert, key });
  const gateway = new EtcdGateway({ ...components, post: client.post }, { endpoints, user });
  return { gateway, [Symbol.dispose]: () => client[Symbol.dispose]() };
}

async function read(file: string | undefined): Promise<string | undefined> {
  try {
    return file && (await readFile(file, 'utf8'));
  } catch {
    throw new BadSettingError('etcd', file, 'a file of PEM that this node may read');
  }
}
