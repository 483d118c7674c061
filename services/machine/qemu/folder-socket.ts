import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { quiet } from '#kernel/cell/quiet.ts';

// The address of a Unix socket has room for 107 bytes: it is named by the folder's descriptor, whatever the folder's own name.

/** A socket in a machine's folder, at which the node waits for its QEMU alone. */
export class FolderSocket implements AsyncDisposable {
  /** The one connection that is taken. */
  readonly connected: Promise<Socket>;
  readonly #remove: () => Promise<void>;

  private constructor(connected: Promise<Socket>, remove: () => Promise<void>) {
    this.connected = connected;
    this.#remove = remove;
  }

  static async listen(folder: string, name: string): Promise<FolderSocket> {
    await using held = await open(folder);
    const server = createServer({ pauseOnConnect: true });
    server.maxConnections = 1;
    server.listen(`/proc/self/fd/${held.fd}/${name}`);
    await once(server, 'listening');
    const connected = once(server, 'connection').then(([socket]) => quiet(socket as Socket));
    connected.catch(() => {}); // whoever waits for it hears of it
    server.on('error', () => {}); // a further one harms nobody
    return new FolderSocket(connected, async () => {
      server.close();
      await rm(join(folder, name), { force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }
}

/** Connects with what QEMU listens at in its folder. */
export async function connectIn(folder: string, name: string): Promise<Socket> {
  await using held = await open(folder);
  const socket = connect(`/proc/self/fd/${held.fd}/${name}`);
  await once(socket, 'connect');
  return quiet(socket);
}
