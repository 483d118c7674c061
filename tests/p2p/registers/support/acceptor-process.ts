// An acceptor on a real disk that accepts one state after another and tells each answer on a line, until it is killed.
import { argv } from 'node:process';
import { systemRandom } from '#kernel/system-random.ts';
import { AcceptorLog } from '#p2p/registers/acceptor-log.ts';
import { AcceptorService } from '#p2p/registers/acceptor-service.ts';
import { firstConfiguration } from '#p2p/registers/configuration.ts';
import { decodeFrame } from '#p2p/registers/register-frames.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { openJournal } from '#services/vstore/journal.ts';

/** Of a register: the counters of the ballots that were accepted and promised last. */
export interface Acknowledged {
  readonly key: string;
  readonly ballot: number;
  readonly promised: number;
}

export async function openAcceptorLog(
  folder: string,
): Promise<{ log: AcceptorLog; close: () => Promise<void> }> {
  const disk = await openNodeDisk(folder, 0);
  try {
    const log = await AcceptorLog.open(
      {
        random: systemRandom,
        logger: { warn: () => undefined },
        openJournal: (replay) =>
          openJournal({ disk, random: systemRandom }, { path: 'acceptor.journal', replay }),
      },
      { cluster: 'c', node: 'n0', compactFromBytes: 16 * 1024 },
    );
    const close = async (): Promise<void> => {
      await log[Symbol.asyncDispose]();
      await disk.close();
    };
    return { log, close };
  } catch (error) {
    await disk.close();
    throw error;
  }
}

const KEYS = 10;

async function acceptForEver(folder: string): Promise<void> {
  const { log } = await openAcceptorLog(folder);
  const counters = new Map<string, number>();
  const service = new AcceptorService({
    log,
    tick: setImmediate,
    onConfigured: () => undefined,
    send: (_, frame) => {
      const { tag, val } = decodeFrame(frame);
      if (tag !== 'answers') return;
      for (const { id, result } of val.answers) {
        if (result.tag !== 'accepted') continue;
        const key = `k${id}`;
        const ballot = counters.get(key) ?? 0;
        console.log(JSON.stringify({ key, ballot, promised: ballot + 1 } satisfies Acknowledged));
        accept(id);
      }
    },
  });
  const accept = (id: number): void => {
    const key = `k${id}`;
    const counter = (counters.get(key) ?? log.acceptor.slot(key).promised.counter) + 2;
    counters.set(key, counter);
    const state = { version: 1, value: new Uint8Array(100), recent: [new Uint8Array(8)] };
    const ballot = { counter, proposer: 'p' };
    const acceptance = { ballot, state, next: { ...ballot, counter: counter + 1 } };
    const request = {
      id,
      epoch: 1,
      operation: { tag: 'accept', val: { key, acceptance } },
    } as const;
    service.receive('n1', { acceptor: log.id, proposer: 'p', requests: [request] });
  };
  await log.append({ tag: 'configured', val: firstConfiguration([log.id]) });
  for (let id = 0; id < KEYS; id += 1) accept(id);
}

if (import.meta.main) await acceptForEver(argv[2]!);
