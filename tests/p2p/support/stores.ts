import type { AdmissionFile, AdmissionStore } from '#p2p/credentials/admission-store.ts';
import type { IdentityStore } from '#p2p/identity.ts';
import type { RosterEntry, RosterStore } from '#p2p/roster.ts';

/** Keeps in memory what a node keeps on disk, so that a test can start it again. */
export class MemoryIdentity implements IdentityStore {
  privateKey: Uint8Array | undefined;
  incarnation = 0;

  load(): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.privateKey);
  }

  save(privateKey: Uint8Array): Promise<void> {
    this.privateKey = privateKey;
    return Promise.resolve();
  }

  loadIncarnation(): Promise<number> {
    return Promise.resolve(this.incarnation);
  }

  saveIncarnation(incarnation: number): Promise<void> {
    this.incarnation = incarnation;
    return Promise.resolve();
  }
}

export class MemoryRoster implements RosterStore {
  entries: readonly RosterEntry[] = [];
  saves = 0;
  /** Replace it to make saving slow or fail. */
  beforeSave: () => Promise<void> = () => Promise.resolve();

  load(): Promise<readonly RosterEntry[]> {
    return Promise.resolve(this.entries);
  }

  async save(entries: readonly RosterEntry[]): Promise<void> {
    const copy = structuredClone(entries);
    await this.beforeSave();
    this.entries = copy;
    this.saves++;
  }
}

export class MemoryAdmission implements AdmissionStore {
  readonly files = new Map<AdmissionFile, Uint8Array>();
  /** Replace it to make saving slow or fail. */
  beforeSave: (file: AdmissionFile) => Promise<void> = () => Promise.resolve();

  load(file: AdmissionFile): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(file));
  }

  async save(file: AdmissionFile, bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice();
    await this.beforeSave(file);
    this.files.set(file, copy);
  }
}
